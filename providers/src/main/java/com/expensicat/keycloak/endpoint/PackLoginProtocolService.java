package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.ClientRequest;
import com.expensicat.keycloak.http.ParameterRequest;
import jakarta.ws.rs.HttpMethod;
import org.keycloak.events.EventBuilder;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocolService;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.par.endpoints.ParRootEndpoint;

/**
 * Keycloak's OpenID Connect endpoints of a realm, each behind the {@link ClientRequest} rules. The
 * pack's addresses and Keycloak's own both end here.
 */
public class PackLoginProtocolService extends OIDCLoginProtocolService {

  private final KeycloakSession session;
  private final EventBuilder event;

  /** For a request that has a session of its own, and with it an event. */
  PackLoginProtocolService(KeycloakSession session) {
    this(
        session,
        new EventBuilder(
            session.getContext().getRealm(), session, session.getContext().getConnection()));
  }

  PackLoginProtocolService(KeycloakSession session, EventBuilder event) {
    super(session, event);
    this.session = session;
    this.event = event;
  }

  @Override
  public Object auth() {
    return authorizationEndpoint();
  }

  @Override
  public Object registrations(String token) {
    return authorizationEndpoint().register(token);
  }

  @Override
  public Object forgotCredentialsPage() {
    return authorizationEndpoint().forgotCredentials();
  }

  private PackAuthorizationEndpoint authorizationEndpoint() {
    HttpRequest request = session.getContext().getHttpRequest();
    session
        .getContext()
        .setHttpRequest(
            HttpMethod.POST.equals(request.getHttpMethod())
                ? ParameterRequest.ofForm(request)
                : ParameterRequest.ofQuery(request, session.getContext().getUri()));
    return PackAuthorizationEndpoint.of(session, event);
  }

  @Override
  public Object token() {
    return tokenEndpoint();
  }

  PackTokenEndpoint tokenEndpoint() {
    return new PackTokenEndpoint(ClientRequest.of(session), new TokenManager(), event);
  }

  @Override
  public Object revoke() {
    return revocationEndpoint();
  }

  PackTokenRevocationEndpoint revocationEndpoint() {
    return new PackTokenRevocationEndpoint(ClientRequest.of(session), event);
  }

  @Override
  public Object issueUserInfo() {
    return new PackUserInfoEndpoint(session, event);
  }

  @Override
  public Object logout() {
    return new PackLogoutEndpoint(session, event);
  }

  @Override
  public Object resolveExtension(String extension) {
    return ParRootEndpoint.PROVIDER_ID.equals(extension)
        ? new PackParRootEndpoint(session, event)
        : super.resolveExtension(extension);
  }

  PackParEndpoint pushedAuthorizationRequest() {
    return new PackParEndpoint(ClientRequest.of(session), event);
  }
}
