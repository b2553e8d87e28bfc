package com.expensicat.keycloak.access;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.scope.ScopeWords;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.representations.account.ClientRepresentation;
import org.keycloak.representations.account.ConsentRepresentation;
import org.keycloak.representations.account.ConsentScopeRepresentation;
import org.keycloak.theme.Theme;
import org.keycloak.util.JsonSerialization;

/**
 * Adds to the account API's list of applications when each was last used ({@code lastUsed},
 * milliseconds since the epoch: its last sign-in or refresh) and for which organisations it has
 * access ({@code organizations}), and says what its scopes are in the person's language. Keycloak's
 * list has neither, and its resource cannot be replaced.
 */
@Provider
public class ApplicationsFilter implements ContainerResponseFilter {

  private static final String LAST_USED = "lastUsed";
  private static final String ORGANIZATIONS = "organizations";
  private static final Pattern PATH =
      Pattern.compile(".*/realms/[^/]+/account(/v[^/]+)?/applications/?");

  @Context KeycloakSession session;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (HttpMethod.GET.equals(request.getMethod())
        && response.getEntity() instanceof Stream<?> applications
        && PATH.matcher(request.getUriInfo().getRequestUri().getPath()).matches()
        && PackSettings.get().isPackRealm(session.getContext().getRealm())) {
      response.setEntity(new Applications(session).complete(applications));
    }
  }

  private static final class Applications {

    private final KeycloakSession session;
    private final RealmModel realm;
    private final UserModel user;
    private final ScopeWords words;
    private final Map<String, Integer> lastUsed = new HashMap<>();

    Applications(KeycloakSession session) {
      this.session = session;
      realm = session.getContext().getRealm();
      user = session.getContext().getUserSession().getUser();
      words =
          new ScopeWords(
              session, realm, Theme.Type.ACCOUNT, session.getContext().resolveLocale(user));
      note(session.sessions().getUserSessionsStream(realm, user));
      note(session.sessions().getOfflineUserSessionsStream(realm, user));
    }

    /** The user session has a time too, which all applications of one sign-in share. */
    @SuppressWarnings("removal")
    private void note(Stream<UserSessionModel> sessions) {
      sessions
          .flatMap(one -> one.getAuthenticatedClientSessions().values().stream())
          .forEach(
              one -> lastUsed.merge(one.getClient().getClientId(), one.getTimestamp(), Math::max));
    }

    Stream<Object> complete(Stream<?> applications) {
      return applications.map(
          application ->
              application instanceof ClientRepresentation known ? complete(known) : application);
    }

    private ObjectNode complete(ClientRepresentation application) {
      ConsentRepresentation consent = application.getConsent();
      if (consent != null) {
        ClientModel client = realm.getClientByClientId(application.getClientId());
        Map<ClientScopeModel, ConsentScopeRepresentation> granted = new TreeMap<>(ScopeWords.ORDER);
        for (ConsentScopeRepresentation one : consent.getGrantedScopes()) {
          ClientScopeModel scope =
              one.getId().equals(client.getId()) ? client : realm.getClientScopeById(one.getId());
          one.setDisplayText(words.of(scope));
          granted.put(scope, one);
        }
        consent.setGrantedScopes(List.copyOf(granted.values()));
      }
      ObjectNode completed = JsonSerialization.mapper.valueToTree(application);
      if (consent != null) {
        OrganizationAccess.to(session, user, realm.getClientByClientId(application.getClientId()))
            .map(OrganizationAccess::of)
            .filter(of -> !of.isEmpty())
            .ifPresent(
                of -> completed.set(ORGANIZATIONS, JsonSerialization.mapper.valueToTree(of)));
      }
      Integer seconds = lastUsed.get(application.getClientId());
      if (seconds != null) {
        completed.put(LAST_USED, TimeUnit.SECONDS.toMillis(seconds));
      }
      return completed;
    }
  }
}
