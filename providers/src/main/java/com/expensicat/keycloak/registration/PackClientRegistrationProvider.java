package com.expensicat.keycloak.registration;

import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.services.clientregistration.ClientRegistrationContext;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProvider;

/** Keycloak's endpoint, with the client that it has made of the metadata seen to once more. */
public class PackClientRegistrationProvider extends OIDCClientRegistrationProvider {

  private final RegisteredClient registered;
  private String scope;
  private String registeredBy;

  PackClientRegistrationProvider(KeycloakSession session, RegisteredClient registered) {
    super(session);
    this.registered = registered;
  }

  /**
   * What the metadata alone does not say.
   *
   * @param newScope the metadata's {@code scope}, or null
   * @param caller who registers the client, if it is a new one
   */
  void expect(String newScope, String caller) {
    scope = newScope;
    registeredBy = caller;
  }

  @Override
  public ClientRepresentation create(ClientRegistrationContext context) {
    registered.begin(context.getClient(), scope, registeredBy);
    return super.create(context);
  }

  @Override
  public ClientRepresentation update(String clientId, ClientRegistrationContext context) {
    registered.change(
        context.getClient(), scope, session.getContext().getRealm().getClientByClientId(clientId));
    return super.update(clientId, context);
  }
}
