package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.scope.ScopeAssignments;
import com.expensicat.keycloak.scope.ScopeDifference;
import com.expensicat.keycloak.scope.ScopeReconciler;
import com.expensicat.keycloak.scope.ScopeStatus;
import com.expensicat.keycloak.token.ApiAudiencePostProcessorFactory;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.ClientScopeModel;

/** {@code …/expensicat/scopes}: how the catalog stands in the realm, who uses it, mending it. */
public class ScopesResource {

  /** The detail of an admin event that says what was mended. */
  private static final String MENDED = "mended";

  private final AdminRequest request;
  private final ScopeReconciler reconciler;

  ScopesResource(AdminRequest request) {
    this.request = request;
    this.reconciler =
        new ScopeReconciler(
            request.session(), request.realm(), ApiAudiencePostProcessorFactory::mapper);
  }

  /**
   * A client that has a scope.
   *
   * @param id its id in the realm
   * @param clientId its client id
   * @param name its name for people, or {@code null}
   * @param byDefault whether it is a default scope of the client; else it is an optional one
   */
  public record User(String id, String clientId, String name, boolean byDefault) {}

  /** The scopes of the catalog, for admins who may view client scopes. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<ScopeStatus> list(
      @QueryParam("first") @DefaultValue("0") int first,
      @QueryParam("max") @DefaultValue(Page.DEFAULT_MAX) int max) {
    request.auth().clients().requireViewClientScopes();
    return new Page(first, max).of(reconciler.statuses());
  }

  /**
   * The clients that have a scope of the catalog; 404 for a scope that is missing in the catalog or
   * in the realm. Who may view client scopes may view clients, and those that a permission of the
   * realm excepts are missing in their page.
   */
  @GET
  @Path("clients")
  @Produces(MediaType.APPLICATION_JSON)
  public List<User> clients(
      @QueryParam("scope") String name,
      @QueryParam("first") @DefaultValue("0") int first,
      @QueryParam("max") @DefaultValue(Page.DEFAULT_MAX) int max) {
    request.auth().clients().requireViewClientScopes();
    ClientScopeModel scope =
        reconciler
            .find(name)
            .orElseThrow(() -> new NotFoundException("The realm has no such scope of the catalog"));
    Page page = new Page(first, max);
    return new ScopeAssignments(request.session())
        .clientsWith(scope, page.first(), page.max())
        .filter(request.auth().clients()::canView)
        .map(
            client ->
                new User(
                    client.getId(),
                    client.getClientId(),
                    client.getName(),
                    client.getClientScopes(true).containsKey(scope.getName())))
        .toList();
  }

  /**
   * Brings scopes into step with the catalog, for admins who may manage client scopes. What stood
   * there before is in an admin event for each scope that is changed.
   *
   * @param names the scopes; none means all
   * @return how those that were changed stood before
   */
  @POST
  @Path("mend")
  @Produces(MediaType.APPLICATION_JSON)
  public List<ScopeStatus> mend(@QueryParam("scope") List<String> names) {
    request.auth().clients().requireManageClientScopes();
    List<String> catalog = reconciler.statuses().map(status -> status.scope().name()).toList();
    if (!catalog.containsAll(names)) {
      throw new NotFoundException("The catalog has no such scope");
    }
    List<ScopeStatus> mended =
        catalog.stream()
            .filter(name -> names.isEmpty() || names.contains(name))
            .map(reconciler::mend)
            .flatMap(Optional::stream)
            .toList();
    mended.forEach(this::tell);
    return mended;
  }

  private void tell(ScopeStatus mended) {
    request
        .event()
        .clone(request.session())
        .resource(ResourceType.CLIENT_SCOPE)
        .operation(
            mended.state() == ScopeStatus.State.MISSING
                ? OperationType.CREATE
                : OperationType.UPDATE)
        .resourcePath("client-scopes", mended.id())
        .detail(
            MENDED,
            mended.differences().stream()
                .map(ScopeDifference::toString)
                .collect(Collectors.joining(", ")))
        .representation(mended)
        .success();
  }
}
