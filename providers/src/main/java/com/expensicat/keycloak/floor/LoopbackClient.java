package com.expensicat.keycloak.floor;

import java.util.LinkedHashSet;
import java.util.Set;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.delegate.ClientModelLazyDelegate;

/**
 * A client as Keycloak's own check of one request's redirect URI is to see it. Keycloak knows other
 * ports only for loopback addresses that are registered without one; RFC 8252 7.3 knows them for
 * each. So where the request's redirect URI is a registered one but for such a port, it is among
 * those that the client shows.
 */
public final class LoopbackClient extends ClientModelLazyDelegate.WithId {

  private static final String REQUESTED = LoopbackClient.class.getName();

  private final KeycloakSession session;
  private final ClientModel client;

  public LoopbackClient(KeycloakSession session, ClientModel client) {
    super(client.getId(), () -> client);
    this.session = session;
    this.client = client;
  }

  /** Notes the redirect URI of the session's request. */
  static void noteRequested(KeycloakSession session, String redirectUri) {
    session.setAttribute(REQUESTED, redirectUri);
  }

  @Override
  public Set<String> getRedirectUris() {
    String requested = session.getAttribute(REQUESTED, String.class);
    if (requested == null || !RedirectUris.matchesOnLoopback(session, client, requested)) {
      return client.getRedirectUris();
    }
    Set<String> redirectUris = new LinkedHashSet<>(client.getRedirectUris());
    redirectUris.add(requested);
    return redirectUris;
  }
}
