package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.resource.ResourceSettings;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.services.ErrorResponse;
import org.keycloak.urls.UrlType;

/** {@code …/expensicat/resources}: the protected resources of the realm. */
public class ResourcesResource {

  private final AdminRequest request;

  ResourcesResource(AdminRequest request) {
    this.request = request;
  }

  /**
   * A protected resource.
   *
   * @param audience what tokens for it have in {@code aud}
   * @param name what people call it, or {@code null}
   * @param address its address, or {@code null}
   * @param scopes the scopes that it takes
   * @param metadata where this server has its metadata (RFC 9728), or {@code null}
   * @param problems what is wrong with its settings
   */
  public record Resource(
      String audience,
      String name,
      String address,
      List<String> scopes,
      String metadata,
      List<String> problems) {}

  /**
   * The settings of a protected resource.
   *
   * @param name what people are to call it; may be {@code null}
   * @param address its address; the option of the server for the API, else none, unless set
   * @param scopes the scopes that it takes; those that the catalog gives it unless set
   */
  public record Settings(String name, String address, List<String> scopes) {

    private ResourceSettings of(String audience) {
      return new ResourceSettings(
          audience,
          ResourceSettings.text(name),
          ResourceSettings.text(address),
          Optional.ofNullable(scopes).filter(names -> !names.isEmpty()));
    }
  }

  /** The protected resources, the API first, for admins who may view the realm. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<Resource> list() {
    request.auth().realm().requireViewRealm();
    List<ProtectedResource> resources = known().all();
    return ResourceSettings.all(request.realm().getAttributes(), catalog()).stream()
        .map(
            settings ->
                resource(
                    resources.stream()
                        .filter(one -> one.audience().equals(settings.audience()))
                        .findFirst()
                        .orElseThrow(),
                    settings.flaws(catalog(), resources)))
        .toList();
  }

  private Resource resource(ProtectedResource resource, List<String> problems) {
    return new Resource(
        resource.audience(),
        resource.name().orElse(null),
        resource.address().orElse(null),
        resource.scopes(),
        resource
            .address()
            .map(
                address ->
                    Addresses.ofMetadata(
                        request.session().getContext().getUri(UrlType.FRONTEND).getBaseUri(),
                        address))
            .orElse(null),
        problems);
  }

  /**
   * Makes or changes a protected resource, for admins who may manage the realm; 400 that says what
   * is wrong.
   */
  @PUT
  @Path("{audience}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response put(@PathParam("audience") String audience, Settings settings) {
    request.auth().realm().requireManageRealm();
    ResourceSettings wanted =
        Optional.ofNullable(settings).orElseGet(() -> new Settings(null, null, null)).of(audience);
    List<String> flaws = wanted.flaws(catalog(), known().all());
    if (!flaws.isEmpty()) {
      throw ErrorResponse.error(String.join(" ", flaws), Response.Status.BAD_REQUEST);
    }
    wanted.save(request.realm());
    changed(audience, settings);
    return Response.noContent().build();
  }

  /**
   * Takes a protected resource away, for admins who may manage the realm; of the API the settings
   * of the realm alone. 404 where there is none.
   */
  @DELETE
  @Path("{audience}")
  public Response delete(@PathParam("audience") String audience) {
    request.auth().realm().requireManageRealm();
    if (known().all().stream().noneMatch(one -> one.audience().equals(audience))) {
      throw new NotFoundException("The realm has no such resource");
    }
    new ResourceSettings(audience, Optional.empty(), Optional.empty(), Optional.empty())
        .save(request.realm());
    changed(audience, null);
    return Response.noContent().build();
  }

  private void changed(String audience, Settings settings) {
    request
        .event()
        .resource(ResourceType.REALM)
        .operation(OperationType.UPDATE)
        .resourcePath("expensicat", "resources", audience)
        .representation(settings)
        .success();
  }

  private ProtectedResources known() {
    return ProtectedResources.of(request.session(), request.realm());
  }

  private List<CatalogScope> catalog() {
    return request.session().getProvider(ScopeCatalogProvider.class).scopes();
  }
}
