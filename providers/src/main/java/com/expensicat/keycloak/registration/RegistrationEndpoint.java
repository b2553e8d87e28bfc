package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.client.RegisteredBy;
import com.expensicat.keycloak.floor.OfferedGrants;
import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.CacheHeader;
import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import com.expensicat.keycloak.http.OAuthErrors;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.crypto.KeyUse;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.ModelToRepresentation;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.services.clientregistration.ClientRegistrationAuth;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.ErrorCodes;
import org.keycloak.services.clientregistration.oidc.DescriptionConverter;
import org.keycloak.services.clientregistration.policy.RegistrationAuth;
import org.keycloak.urls.UrlType;
import org.keycloak.util.TokenUtil;

/**
 * Client registration and its management (RFC 7591, RFC 7592) by Keycloak's own endpoint, with the
 * pack's rules in front of it. They stand here and not in a registration policy of the realm,
 * because Keycloak dresses every refusal of a policy as {@code 403 insufficient_scope}, converts
 * the metadata before it asks one, and asks none once an admin has deleted them.
 */
public class RegistrationEndpoint implements ClientRegistrationProvider {

  private final KeycloakSession session;
  private final PackClientRegistrationProvider stock;
  private final ClientMetadata rules;
  private final RegisteredClient registered;

  RegistrationEndpoint(KeycloakSession session) {
    this.session = session;
    this.rules = new ClientMetadata(session);
    this.registered = new RegisteredClient(session, rules);
    this.stock = new PackClientRegistrationProvider(session, registered);
  }

  /** Registers a client (RFC 7591 3). */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response register(InputStream body) {
    return answer(
        () -> {
          getEvent().event(EventType.CLIENT_REGISTER);
          RegistrationAuth caller = caller();
          requireOpen(caller);
          OIDCClientRepresentation metadata = read(body);
          refuse(registered.flawOfNew(metadata).or(() -> rules.flaw(metadata)));
          stock.expect(
              metadata.getScope(),
              caller == RegistrationAuth.ANONYMOUS
                  ? RegisteredBy.ANYBODY
                  : RegisteredBy.TOKEN_HOLDER);
          return stock.createOIDC(asKeycloakTakesIt(metadata));
        });
  }

  /** Reads a client (RFC 7592 2.1). */
  @GET
  @Path("{clientId}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response read(@PathParam("clientId") String clientId) {
    return answer(
        () -> {
          getEvent().event(EventType.CLIENT_INFO);
          return stock.getOIDC(clientId);
        });
  }

  /** Changes a client (RFC 7592 2.2). */
  @PUT
  @Path("{clientId}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response update(@PathParam("clientId") String clientId, InputStream body) {
    return answer(
        () -> {
          getEvent().event(EventType.CLIENT_UPDATE).client(clientId);
          ClientModel client = client(clientId);
          requireGoverned(client);
          OIDCClientRepresentation metadata = read(body);
          if (metadata.getTokenEndpointAuthMethod() == null) {
            metadata.setTokenEndpointAuthMethod(authMethod(client));
          }
          refuse(rules.flaw(metadata).or(() -> registered.flawOfChange(metadata, client)));
          stock.expect(metadata.getScope(), null);
          return stock.updateOIDC(clientId, asKeycloakTakesIt(metadata));
        });
  }

  /** Deletes a client (RFC 7592 2.3). */
  @DELETE
  @Path("{clientId}")
  public Response delete(@PathParam("clientId") String clientId) {
    return answer(
        () -> {
          getEvent().event(EventType.CLIENT_DELETE).client(clientId);
          requireGoverned(client(clientId));
          return stock.deleteOIDC(clientId);
        });
  }

  /** CORS preflight. */
  @OPTIONS
  public Response preflight() {
    return stock.preflight();
  }

  /** CORS preflight of one client. */
  @OPTIONS
  @Path("{clientId}")
  public Response preflightOfClient() {
    return stock.preflightClient();
  }

  private ClientModel client(String clientId) {
    return realm().getClientByClientId(clientId);
  }

  private RealmModel realm() {
    return session.getContext().getRealm();
  }

  /** Keycloak takes the token of a registered client for none where a new one is to be made. */
  private RegistrationAuth caller() {
    RegistrationAuth caller = getAuth().resolveRegistrationAuth();
    return getAuth().isRegistrationAccessToken() ? RegistrationAuth.ANONYMOUS : caller;
  }

  private void requireOpen(RegistrationAuth caller) {
    RegistrationSettings settings = RegistrationSettings.of(realm(), caller);
    if (!settings.open()) {
      throw refusal(
          Response.Status.UNAUTHORIZED,
          OAuthErrorException.INVALID_TOKEN,
          "Registration needs an initial access token");
    }
    if (settings.isFull(realm())
        && (UnusedClients.remove(session, realm()) == 0 || settings.isFull(realm()))) {
      throw refusal(
          Response.Status.FORBIDDEN,
          OAuthErrorException.ACCESS_DENIED,
          "There are as many clients as there may be");
    }
  }

  /** First whether the caller may see the client at all, then whether it may be touched. */
  private void requireGoverned(ClientModel client) {
    getAuth().requireView(client);
    if (!registered.governs(client)) {
      throw refusal(
          Response.Status.FORBIDDEN,
          OAuthErrorException.INSUFFICIENT_SCOPE,
          "An admin answers for this client, so it cannot be changed by registration");
    }
  }

  private static OIDCClientRepresentation read(InputStream body) {
    try {
      return RegistrationBody.read(body);
    } catch (InvalidBodyException e) {
      throw OAuthErrors.exception(
          Response.Status.BAD_REQUEST, ErrorCodes.INVALID_CLIENT_METADATA, e.getMessage());
    }
  }

  private void refuse(Optional<Flaw> found) {
    found.ifPresent(
        flaw -> {
          throw refusal(Response.Status.BAD_REQUEST, flaw.error(), flaw.description());
        });
  }

  /**
   * RFC 7591 takes a missing method for {@code client_secret_basic}; a client keeps what it has.
   */
  private String authMethod(ClientModel client) {
    return DescriptionConverter.toExternalResponse(
            session,
            ModelToRepresentation.toRepresentation(client, session),
            session.getContext().getUri().getRequestUri())
        .getTokenEndpointAuthMethod();
  }

  /**
   * Keycloak gives no refresh tokens where no grant is named, looks a client up by another id than
   * the client's where there is a scope, and overlooks a key that says no use (RFC 7517 4.2).
   */
  private static OIDCClientRepresentation asKeycloakTakesIt(OIDCClientRepresentation metadata) {
    if (metadata.getGrantTypes() == null || metadata.getGrantTypes().isEmpty()) {
      metadata.setGrantTypes(OfferedGrants.REGISTRABLE);
    }
    metadata.setScope(null);
    if (metadata.getJwks() != null) {
      Stream.of(metadata.getJwks().getKeys())
          .filter(key -> key.getPublicKeyUse() == null)
          .forEach(key -> key.setPublicKeyUse(KeyUse.SIG.getSpecName()));
    }
    return metadata;
  }

  private ErrorResponseException refusal(Response.Status status, String error, String description) {
    getEvent().detail(Details.REASON, description).error(Errors.NOT_ALLOWED);
    return OAuthErrors.exception(status, error, description);
  }

  /** Gives each answer the pack's address and the headers of RFC 7591 3.2 and RFC 6750 3. */
  private Response answer(Supplier<Response> operation) {
    Response response;
    try {
      response = operation.get();
    } catch (ErrorResponseException e) {
      response = e.getResponse();
    }
    Response.ResponseBuilder answer = CacheHeader.set(response, "no-store");
    if (response.getStatus() == Response.Status.UNAUTHORIZED.getStatusCode()) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge());
    }
    if (response.getEntity() instanceof OIDCClientRepresentation client) {
      complete(client);
      if (response.getLocation() != null) {
        answer.location(URI.create(client.getRegistrationClientUri()));
      }
    }
    return answer.build();
  }

  private String challenge() {
    String challenge = TokenUtil.TOKEN_TYPE_BEARER + " realm=\"" + realm().getName() + "\"";
    return getAuth().getToken() == null
        ? challenge
        : challenge + ", error=\"" + OAuthErrorException.INVALID_TOKEN + "\"";
  }

  /** All that is registered (RFC 7591 3.2.1), of which Keycloak leaves some out. */
  private void complete(OIDCClientRepresentation answer) {
    ClientModel client = client(answer.getClientId());
    answer.setRegistrationClientUri(
        Addresses.of(
            session.getContext().getUri(UrlType.BACKEND).getBaseUri(),
            Addresses.REGISTER + "/" + client.getClientId()));
    answer.setResponseTypes(List.of(OIDCResponseType.CODE));
    answer.setScope(
        Stream.concat(
                Stream.of(OAuth2Constants.SCOPE_OPENID),
                client.getClientScopes(false).keySet().stream().sorted())
            .collect(Collectors.joining(" ")));
    answer.setLogoUri(client.getAttribute(ClientModel.LOGO_URI));
    answer.setTosUri(client.getAttribute(ClientModel.TOS_URI));
    answer.setPolicyUri(client.getAttribute(ClientModel.POLICY_URI));
  }

  @Override
  public void setAuth(ClientRegistrationAuth auth) {
    stock.setAuth(auth);
  }

  @Override
  public ClientRegistrationAuth getAuth() {
    return stock.getAuth();
  }

  @Override
  public void setEvent(EventBuilder event) {
    stock.setEvent(event);
  }

  @Override
  public EventBuilder getEvent() {
    return stock.getEvent();
  }

  @Override
  public void close() {}
}
