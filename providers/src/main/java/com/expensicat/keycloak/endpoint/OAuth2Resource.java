package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.gateway.CheckEndpoint;
import com.expensicat.keycloak.gateway.CheckFilter;
import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.CacheHeader;
import com.expensicat.keycloak.http.JsonParameters;
import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import com.expensicat.keycloak.http.KnownErrors;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.http.ParameterRequest;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.EventBuilder;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocolService;
import org.keycloak.services.Urls;
import org.keycloak.services.clientregistration.ClientRegistrationService;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProviderFactory;
import org.keycloak.services.cors.Cors;
import org.keycloak.urls.UrlType;

/**
 * The addresses of the public guide, at the root of the server, for the pack's realm. Each sets the
 * realm and hands over to Keycloak's own endpoint, by way of {@link PackLoginProtocolService}.
 */
@Path(Addresses.ROOT)
public class OAuth2Resource {

  private static final String GUIDE_TEMPLATE = "expensicat-guide.ftl";

  /** What the guide calls an API whose address this server has not been told. */
  private static final String API_OF_THE_GUIDE = "https://api.example.com/api/v1";

  @Context KeycloakSession session;

  /** The public guide as a page, with this server's addresses and the scopes of its catalog. */
  @GET
  public Response guide() {
    RealmModel realm = realm();
    UriInfo frontend = session.getContext().getUri(UrlType.FRONTEND);
    ProtectedResources resources = ProtectedResources.of(session, realm);
    return session
        .getProvider(LoginFormsProvider.class)
        .setAttribute("authorize", Addresses.of(frontend.getBaseUri(), Addresses.AUTHORIZE))
        .setAttribute("token", Addresses.of(frontend.getBaseUri(), Addresses.TOKEN))
        .setAttribute(
            "metadata",
            Urls.realmIssuer(frontend.getBaseUri(), realm.getName())
                + "/.well-known/openid-configuration")
        .setAttribute("openapiJson", Addresses.of(frontend.getBaseUri(), Addresses.OPENAPI_JSON))
        .setAttribute("openapiYaml", Addresses.of(frontend.getBaseUri(), Addresses.OPENAPI_YAML))
        .setAttribute("scopes", session.getProvider(ScopeCatalogProvider.class).scopes())
        .setAttribute("resources", resources.all())
        .setAttribute("api", resources.api().address().orElse(API_OF_THE_GUIDE))
        .setAttribute("errors", KnownErrors.codes())
        .createForm(GUIDE_TEMPLATE);
  }

  /**
   * The authorization endpoint (RFC 6749 3.1) sends the browser on to Keycloak's own address, with
   * the query as it came: the cookies of Keycloak's single sign-on are sent only there.
   */
  @GET
  @Path(Addresses.AUTHORIZE)
  public Response authorize() {
    return toAuthorizationEndpoint(Response.Status.FOUND);
  }

  /** The same for a form, which the browser posts again (RFC 9110 15.4.8). */
  @POST
  @Path(Addresses.AUTHORIZE)
  public Response authorizeByForm() {
    return toAuthorizationEndpoint(Response.Status.TEMPORARY_REDIRECT);
  }

  private Response toAuthorizationEndpoint(Response.Status status) {
    RealmModel realm = realm();
    String address =
        OIDCLoginProtocolService.authUrl(session.getContext().getUri(UrlType.FRONTEND))
            .build(realm.getName(), "auth")
            .toString();
    String query = session.getContext().getUri().getRequestUri().getRawQuery();
    return Response.status(status)
        .header("Location", query == null ? address : address + "?" + query)
        .header("Cache-Control", "no-store")
        .build();
  }

  /** The token endpoint (RFC 6749 3.2) with a form. */
  @POST
  @Path(Addresses.TOKEN)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response token() {
    return protocol().tokenEndpoint().processGrantRequest();
  }

  /** The token endpoint with the JSON of the public guide. */
  @POST
  @Path(Addresses.TOKEN)
  @Consumes(MediaType.APPLICATION_JSON)
  public Response tokenByJson(InputStream body) throws IOException {
    realm();
    HttpRequest request = session.getContext().getHttpRequest();
    session
        .getContext()
        .setHttpRequest(ParameterRequest.ofJson(request, members(body.readAllBytes())));
    return protocol().tokenEndpoint().processGrantRequest();
  }

  private static MultivaluedMap<String, String> members(byte[] json) {
    try {
      return JsonParameters.read(json);
    } catch (InvalidBodyException e) {
      throw OAuthErrors.exception(
          Response.Status.BAD_REQUEST, OAuthErrorException.INVALID_REQUEST, e.getMessage());
    }
  }

  /** A body of any other kind; JAX-RS would turn it away with a 500. */
  @POST
  @Path(Addresses.TOKEN)
  @Consumes(MediaType.WILDCARD)
  public Response tokenByOther(InputStream body) {
    realm();
    throw OAuthErrors.exception(
        Response.Status.UNSUPPORTED_MEDIA_TYPE,
        OAuthErrorException.INVALID_REQUEST,
        "The body is neither a form nor JSON");
  }

  /** CORS preflight of the token endpoint. */
  @OPTIONS
  @Path(Addresses.TOKEN)
  public Response tokenPreflight() {
    return protocol().tokenEndpoint().preflight();
  }

  /** Token introspection (RFC 7662). */
  @Path(Addresses.INTROSPECT)
  public Object introspect() {
    return protocol().tokenEndpoint().introspect();
  }

  /** Token revocation (RFC 7009). */
  @Path(Addresses.REVOKE)
  public Object revoke() {
    return protocol().revoke();
  }

  /** OpenID Connect's userinfo. */
  @Path(Addresses.USERINFO)
  public Object userinfo() {
    return protocol().issueUserInfo();
  }

  /**
   * The realm's keys (RFC 7517), never cached for longer than they count: what Keycloak's own
   * address says by an annotation, which is not heard of here.
   */
  @GET
  @Path(Addresses.JWKS)
  public Response jwks() {
    return CacheHeader.set(protocol().certs(), "no-cache").build();
  }

  /** CORS preflight of the keys. */
  @OPTIONS
  @Path(Addresses.JWKS)
  public Response jwksPreflight() {
    return protocol().getVersionPreflight();
  }

  /** Pushed authorization requests (RFC 9126). */
  @Path(Addresses.PAR)
  public Object pushedAuthorizationRequest() {
    return protocol().pushedAuthorizationRequest();
  }

  /** Dynamic client registration and its management (RFC 7591, RFC 7592). */
  @Path(Addresses.REGISTER)
  public Object register() {
    realm();
    return new ClientRegistrationService(session, event())
        .provider(OIDCClientRegistrationProviderFactory.ID);
  }

  /** The decision about one request, for a gateway; see {@link CheckFilter} for other methods. */
  @GET
  @Path(Addresses.CHECK)
  public Response check() {
    realm();
    return new CheckEndpoint(session, this::event).check();
  }

  /** The scope catalog, in the order of the public guide. */
  @GET
  @Path(Addresses.SCOPES)
  public Response scopes() {
    realm();
    List<DescribedScope> scopes =
        session.getProvider(ScopeCatalogProvider.class).scopes().stream()
            .map(scope -> new DescribedScope(scope.name(), scope.description()))
            .toList();
    return openToAllOrigins(Map.of("scopes", scopes), MediaType.APPLICATION_JSON);
  }

  private static Response openToAllOrigins(Object entity, String type) {
    return Cors.builder().allowAllOrigins().add(Response.ok(entity, type));
  }

  /** One scope as the answer shows it. */
  private record DescribedScope(
      @JsonProperty("scope") String scope, @JsonProperty("description") String description) {}

  /** CORS preflight of the scope catalog. */
  @OPTIONS
  @Path(Addresses.SCOPES)
  public Response scopesPreflight() {
    return preflightOfAllOrigins();
  }

  /** All these addresses in OpenAPI 3.1, as JSON. */
  @GET
  @Path(Addresses.OPENAPI_JSON)
  public Response openApiJson() {
    return openToAllOrigins(openApi(), MediaType.APPLICATION_JSON);
  }

  /** The same as YAML (RFC 9512). */
  @GET
  @Path(Addresses.OPENAPI_YAML)
  public Response openApiYaml() {
    return openToAllOrigins(OpenApiDocument.yaml(openApi()), "application/yaml");
  }

  private ObjectNode openApi() {
    RealmModel realm = realm();
    return OpenApiDocument.of(
        session.getContext().getUri(UrlType.FRONTEND).getBaseUri(),
        session.getContext().getUri(UrlType.ADMIN).getBaseUri(),
        session.getProvider(ScopeCatalogProvider.class).scopes(),
        ProtectedResources.of(session, realm));
  }

  /** CORS preflight of the description. */
  @OPTIONS
  @Path(Addresses.OPENAPI_JSON)
  public Response openApiJsonPreflight() {
    return preflightOfAllOrigins();
  }

  /** CORS preflight of the description. */
  @OPTIONS
  @Path(Addresses.OPENAPI_YAML)
  public Response openApiYamlPreflight() {
    return preflightOfAllOrigins();
  }

  private Response preflightOfAllOrigins() {
    realm();
    return Cors.builder().preflight().allowAllOrigins().allowedMethods("GET").add(Response.ok());
  }

  private PackLoginProtocolService protocol() {
    realm();
    return new PackLoginProtocolService(session);
  }

  private EventBuilder event() {
    return new EventBuilder(
        session.getContext().getRealm(), session, session.getContext().getConnection());
  }

  private RealmModel realm() {
    return realm(session);
  }

  /** The pack's realm, which is the session's from here on; an answer with 404 if it is not. */
  static RealmModel realm(KeycloakSession session) {
    RealmModel realm = session.realms().getRealmByName(PackSettings.get().realmName());
    if (realm == null || !realm.isEnabled()) {
      throw OAuthErrors.exception(
          Response.Status.NOT_FOUND,
          OAuthErrors.NOT_FOUND,
          "The realm is not there or not enabled");
    }
    session.getContext().setRealm(realm);
    return realm;
  }
}
