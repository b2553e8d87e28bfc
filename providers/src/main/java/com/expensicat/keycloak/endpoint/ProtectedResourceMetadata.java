package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.Urls;
import org.keycloak.services.cors.Cors;
import org.keycloak.urls.UrlType;

/**
 * The metadata of the protected resources (RFC 9728), by which a client that knows nothing but the
 * address of one finds the way to this server. A resource may have it at its own host too.
 */
@Path(Addresses.PROTECTED_RESOURCE)
public class ProtectedResourceMetadata {

  @Context KeycloakSession session;

  /** The members of RFC 9728 2 that there are. */
  public record Metadata(
      String resource,
      @JsonProperty("resource_name") @JsonInclude(JsonInclude.Include.NON_NULL) String name,
      @JsonProperty("authorization_servers") List<String> authorizationServers,
      @JsonProperty("scopes_supported") List<String> scopes,
      @JsonProperty("bearer_methods_supported") List<String> bearerMethods) {}

  /** That of a resource whose address has no path. */
  @GET
  public Response metadata() {
    return metadata("");
  }

  /**
   * That of a resource whose address has this path; 404 if none has.
   *
   * @param path without the slash in front
   */
  @GET
  @Path("{path: .+}")
  public Response metadata(@PathParam("path") String path) {
    RealmModel realm = OAuth2Resource.realm(session);
    ProtectedResource resource =
        ProtectedResources.of(session, realm)
            .atPath(path.isEmpty() ? "" : "/" + path)
            .orElseThrow(
                () ->
                    OAuthErrors.exception(
                        Response.Status.NOT_FOUND,
                        OAuthErrors.NOT_FOUND,
                        "There is no such resource"));
    return Cors.builder()
        .allowAllOrigins()
        .add(
            Response.ok(
                new Metadata(
                    resource.address().orElseThrow(),
                    resource.name().orElse(null),
                    List.of(
                        Urls.realmIssuer(
                            session.getContext().getUri(UrlType.FRONTEND).getBaseUri(),
                            realm.getName())),
                    resource.scopes(),
                    List.of("header")),
                MediaType.APPLICATION_JSON_TYPE));
  }

  /** CORS preflight of either. */
  @OPTIONS
  public Response preflight() {
    return Cors.builder().preflight().allowAllOrigins().allowedMethods("GET").add(Response.ok());
  }

  /** CORS preflight of either. */
  @OPTIONS
  @Path("{path: .+}")
  public Response preflight(@PathParam("path") String path) {
    return preflight();
  }
}
