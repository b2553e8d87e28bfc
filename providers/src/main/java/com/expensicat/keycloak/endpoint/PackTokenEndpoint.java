package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.floor.OfferedGrants;
import com.expensicat.keycloak.grant.TokenTransaction;
import com.expensicat.keycloak.http.ClientRequest;
import com.expensicat.keycloak.registration.ClientUse;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.token.AccessTokenPostProcessorFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.utils.SessionExpirationUtils;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.TokenEndpoint;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.AccessTokenResponse;
import org.keycloak.util.JsonSerialization;

/** Keycloak's token endpoint (RFC 6749 3.2) for the grants that are offered. */
public class PackTokenEndpoint extends TokenEndpoint {

  /** RFC 8707 2.2 and RFC 8693 2.1 let these be sent more than once. */
  private static final Set<String> REPEATABLE = Set.of(OAuth2Constants.RESOURCE);

  private static final Set<String> REPEATABLE_AT_EXCHANGE =
      Set.of(OAuth2Constants.RESOURCE, OAuth2Constants.AUDIENCE);

  private static final String REFRESH_EXPIRES_IN = "refresh_expires_in";

  private final ClientRequest request;
  private final EventBuilder event;

  PackTokenEndpoint(ClientRequest request, TokenManager tokenManager, EventBuilder event) {
    super(request.session(), tokenManager, event);
    this.request = request;
    this.event = event;
  }

  @Override
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response processGrantRequest() {
    return new TokenTransaction(request.session())
        .run(own -> new PackLoginProtocolService(own).tokenEndpoint().grant());
  }

  private Response grant() {
    return new ClientAnswer(request, event)
        .of(
            () -> {
              String grantType = request.parameters().getFirst(OAuth2Constants.GRANT_TYPE);
              request.requireRegisteredOrigin();
              request.requireWellFormed(
                  OAuth2Constants.TOKEN_EXCHANGE_GRANT_TYPE.equals(grantType)
                      ? REPEATABLE_AT_EXCHANGE
                      : REPEATABLE);
              request.requireUsableProof();
              if (grantType != null && !OfferedGrants.NAMES.contains(grantType)) {
                throw request.refusal(
                    OAuthErrorException.UNSUPPORTED_GRANT_TYPE, "This grant type is not offered");
              }
              requireKnownResources();
              Response answer = sayingWhatIsGiven(super.processGrantRequest());
              if (answer.getStatus() == Response.Status.OK.getStatusCode()) {
                ClientUse.note(request.session());
              }
              return answer;
            });
  }

  /** RFC 8707 2.2. */
  private void requireKnownResources() {
    ResourceIndicators.flaw(
            request.session(),
            request.session().getContext().getRealm(),
            request.parameters().getOrDefault(OAuth2Constants.RESOURCE, List.of()))
        .ifPresent(
            flaw -> {
              throw request.refusal(OAuthErrorException.INVALID_TARGET, flaw);
            });
    ResourceIndicators.request(
        request.session(), request.parameters().getFirst(OAuth2Constants.RESOURCE));
  }

  /**
   * Makes {@code scope} of the answer that of the access token (RFC 6749 5.1): where a refresh
   * narrows the scope of an offline token, Keycloak narrows the access token but not the answer.
   * And {@code refresh_expires_in} the time for which the refresh token may stay unused; Keycloak
   * says 0 of an offline token, which clients take for "expired" (keycloak/keycloak#48063).
   */
  private Response sayingWhatIsGiven(Response response) {
    if (!(response.getEntity() instanceof AccessTokenResponse answer)
        || answer.getToken() == null) {
      return response;
    }
    AccessTokenPostProcessorFactory.issued(request.session())
        .map(AccessToken::getScope)
        .ifPresent(answer::setScope);
    if (answer.getRefreshToken() == null) {
      ObjectNode said = JsonSerialization.mapper.valueToTree(answer);
      said.remove(REFRESH_EXPIRES_IN);
      return Response.fromResponse(response).entity(said).build();
    }
    if (answer.getRefreshExpiresIn() == 0) {
      answer.setRefreshExpiresIn(offlineIdleTimeout());
    }
    return response;
  }

  private long offlineIdleTimeout() {
    KeycloakContext context = request.session().getContext();
    return TimeUnit.MILLISECONDS.toSeconds(
        SessionExpirationUtils.calculateClientSessionIdleTimestamp(
            true, false, 0, context.getRealm(), context.getClient()));
  }

  @Override
  @Path("introspect")
  public Object introspect() {
    return new PackTokenIntrospectionEndpoint(request, event);
  }
}
