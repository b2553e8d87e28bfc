package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.floor.JarmSession;
import com.expensicat.keycloak.floor.PackLoginProtocol;
import org.keycloak.Config;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.LoginProtocol;
import org.keycloak.protocol.oidc.OIDCLoginProtocolFactory;
import org.keycloak.protocol.oidc.OIDCProviderConfig;

/**
 * OpenID Connect with the pack's endpoints in the realms that the floor covers; it takes the place
 * of Keycloak's factory of the same id, whose options it keeps.
 */
public class PackLoginProtocolFactory extends OIDCLoginProtocolFactory
    implements ReplacingProviderFactory<LoginProtocol> {

  private OIDCProviderConfig config;

  @Override
  public int order() {
    return ORDER;
  }

  @Override
  public void init(Config.Scope scope) {
    super.init(scope);
    config = new OIDCProviderConfig(scope);
  }

  @Override
  public LoginProtocol create(KeycloakSession session) {
    return isCovered(session)
        ? new PackLoginProtocol(config).setSession(JarmSession.of(session))
        : super.create(session);
  }

  @Override
  public Object createProtocolEndpoint(KeycloakSession session, EventBuilder event) {
    return isCovered(session)
        ? new PackLoginProtocolService(session, event)
        : super.createProtocolEndpoint(session, event);
  }

  private static boolean isCovered(KeycloakSession session) {
    return PackSettings.get().hasFloor(session, session.getContext().getRealm());
  }
}
