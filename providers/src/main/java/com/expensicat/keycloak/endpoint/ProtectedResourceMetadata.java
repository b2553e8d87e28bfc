package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
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
 * The metadata of the API as a protected resource (RFC 9728), by which a client that knows nothing
 * but the API finds the way to this server. The API may have it at its own host too.
 */
@Path(Addresses.PROTECTED_RESOURCE)
public class ProtectedResourceMetadata {

  @Context KeycloakSession session;

  /** The members of RFC 9728 2 that there are. */
  public record Metadata(
      String resource,
      @JsonProperty("authorization_servers") List<String> authorizationServers,
      @JsonProperty("scopes_supported") List<String> scopes,
      @JsonProperty("bearer_methods_supported") List<String> bearerMethods) {}

  /** That of an API whose address has no path. */
  @GET
  public Response metadata() {
    return metadata("");
  }

  /**
   * That of an API whose address has this path; 404 if it has another one, or none is set.
   *
   * @param path without the slash in front
   */
  @GET
  @Path("{path: .+}")
  public Response metadata(@PathParam("path") String path) {
    String resource =
        PackSettings.get()
            .apiAddress()
            .filter(api -> Addresses.pathOf(api).equals(path.isEmpty() ? "" : "/" + path))
            .orElseThrow(
                () ->
                    OAuthErrors.exception(
                        Response.Status.NOT_FOUND, "not_found", "There is no such resource"));
    RealmModel realm = OAuth2Resource.realm(session);
    return Cors.builder()
        .allowAllOrigins()
        .add(
            Response.ok(
                new Metadata(
                    resource,
                    List.of(
                        Urls.realmIssuer(
                            session.getContext().getUri(UrlType.FRONTEND).getBaseUri(),
                            realm.getName())),
                    session.getProvider(ScopeCatalogProvider.class).scopes().stream()
                        .map(CatalogScope::name)
                        .toList(),
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
