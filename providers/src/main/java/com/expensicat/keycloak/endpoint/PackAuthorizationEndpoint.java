package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.JarmSession;
import com.expensicat.keycloak.floor.LoopbackClient;
import com.expensicat.keycloak.http.ParameterRequest;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.resource.ResourceIndicators;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.core.Response;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.AuthenticationProcessor;
import org.keycloak.authentication.InitiatedActionSupport;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;
import org.keycloak.models.utils.RealmModelDelegate;
import org.keycloak.protocol.LoginProtocol;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.AuthorizationEndpoint;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.sessions.AuthenticationSessionModel;

/** Keycloak's authorization endpoint on the parameters of a {@link ParameterRequest}. */
public class PackAuthorizationEndpoint extends AuthorizationEndpoint {

  private PackAuthorizationEndpoint(KeycloakSession session, EventBuilder event) {
    super(session, event);
  }

  /** The endpoint, which finds a {@link LoopbackClient} in the realm for the request's client. */
  static PackAuthorizationEndpoint of(KeycloakSession session, EventBuilder event) {
    RealmModel realm = session.getContext().getRealm();
    session
        .getContext()
        .setRealm(
            new RealmModelDelegate(realm) {
              @Override
              public ClientModel getClientByClientId(String clientId) {
                ClientModel client = super.getClientByClientId(clientId);
                return client == null ? null : new LoopbackClient(session, client);
              }
            });
    try {
      return new PackAuthorizationEndpoint(JarmSession.of(session), event);
    } finally {
      session.getContext().setRealm(realm);
    }
  }

  /** Reads the query as a form is read, since Keycloak would read it past the request. */
  @Override
  @GET
  public Response buildGet() {
    return buildPost();
  }

  /**
   * Where nobody is to be asked, Keycloak would end the login with a protocol of its own making.
   */
  @Override
  protected Response handleBrowserAuthenticationRequest(
      AuthenticationSessionModel authSession,
      LoginProtocol protocol,
      boolean isPassive,
      boolean redirectToAuthentication) {
    return super.handleBrowserAuthenticationRequest(
        authSession,
        session
            .getProvider(LoginProtocol.class, OIDCLoginProtocol.LOGIN_PROTOCOL)
            .setRealm(realm)
            .setUriInfo(session.getContext().getUri())
            .setHttpHeaders(headers)
            .setEventBuilder(event),
        isPassive,
        redirectToAuthentication);
  }

  @Override
  protected AuthenticationProcessor createProcessor(
      AuthenticationSessionModel authSession, String flowId, String flowPath) {
    String action = authSession.getClientNote(Constants.KC_ACTION);
    if (action != null && !canBeInitiated(action)) {
      AuthenticationManager.setKcActionStatus(
          action, RequiredActionContext.KcActionStatus.ERROR, authSession);
    }
    narrowScope(authSession);
    return super.createProcessor(authSession, flowId, flowPath)
        .setRealm(session.getContext().getRealm());
  }

  /** Has the person be asked for nothing that the resources of the request do not take. */
  private void narrowScope(AuthenticationSessionModel authSession) {
    String scope = authSession.getClientNote(OAuth2Constants.SCOPE);
    String resources = authSession.getClientNote(OAuth2Constants.RESOURCE);
    RealmModel realm = session.getContext().getRealm();
    if (scope != null && resources != null && PackSettings.get().isPackRealm(realm)) {
      authSession.setClientNote(
          OAuth2Constants.SCOPE,
          ResourceIndicators.narrow(
              session,
              scope,
              ResourceIndicators.target(session, ProtectedResources.of(session, realm), resources)
                  .orElseThrow()));
    }
  }

  /**
   * Whether an application may have a person do that action. Keycloak takes any, and where such an
   * action is pending anyway, leaves it out, because it was named (keycloak/keycloak#33513).
   */
  private boolean canBeInitiated(String alias) {
    RequiredActionProviderModel action = realm.getRequiredActionProviderByAlias(alias);
    if (action == null || !action.isEnabled()) {
      return false;
    }
    RequiredActionProvider provider =
        session.getProvider(RequiredActionProvider.class, action.getProviderId());
    return provider != null
        && provider.initiatedActionSupport() == InitiatedActionSupport.SUPPORTED;
  }
}
