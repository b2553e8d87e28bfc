package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.ClientRequest;
import com.expensicat.keycloak.session.SessionJwtProvider;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.keycloak.events.EventBuilder;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProviderFactory;
import org.keycloak.protocol.oidc.endpoints.TokenIntrospectionEndpoint;

/**
 * Keycloak's introspection endpoint, without its reading of {@code token_type_hint}: there the hint
 * is the id of a provider and an unknown one an error, where RFC 7662 2.1 makes it a hint. Here the
 * token itself tells which provider it goes to.
 */
public class PackTokenIntrospectionEndpoint extends TokenIntrospectionEndpoint {

  private final ClientRequest request;
  private final EventBuilder event;

  PackTokenIntrospectionEndpoint(ClientRequest request, EventBuilder event) {
    super(request.session(), event);
    this.request = request;
    this.event = event;
  }

  @Override
  @POST
  @Produces({MediaType.APPLICATION_JSON, org.keycloak.utils.MediaType.APPLICATION_JWT})
  public Response introspect() {
    return new ClientAnswer(request, event)
        .of(
            () -> {
              request.requireWellFormed(Set.of());
              String token = request.parameters().getFirst(PARAM_TOKEN);
              request
                  .parameters()
                  .putSingle(
                      PARAM_TOKEN_TYPE_HINT,
                      token != null && sessions().concerns(token)
                          ? SessionJwtProvider.PROVIDER_ID
                          : AccessTokenIntrospectionProviderFactory.ACCESS_TOKEN_TYPE);
              return super.introspect();
            });
  }

  private SessionJwtProvider sessions() {
    return request.session().getProvider(SessionJwtProvider.class);
  }
}
