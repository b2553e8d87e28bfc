package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.RealmNeed;
import com.expensicat.keycloak.realm.RealmReconciler;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.stream.Collectors;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;

/** {@code …/expensicat/realm}: what the pack needs of the realm beside scopes and clients. */
public class RealmResource {

  private static final String MENDED = "mended";

  private final AdminRequest request;

  RealmResource(AdminRequest request) {
    this.request = request;
  }

  /**
   * A need that is not met.
   *
   * @param what what the pack needs
   * @param found how it is, or {@code null} where it is missing
   * @param wanted how it has to be
   */
  public record Difference(String what, String found, String wanted) {

    static Difference of(RealmNeed need) {
      return new Difference(need.what(), need.found().get(), need.wanted());
    }
  }

  /** What the realm lacks, for admins who may view it. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<Difference> differences() {
    request.auth().realm().requireViewRealm();
    return unmet().stream().map(Difference::of).toList();
  }

  /**
   * Mends all of it, as every start of the server does, for admins who may manage the realm.
   *
   * @return how it stood before
   */
  @POST
  @Path("mend")
  @Produces(MediaType.APPLICATION_JSON)
  public List<Difference> mend() {
    request.auth().realm().requireManageRealm();
    List<RealmNeed> unmet = unmet();
    List<Difference> before = unmet.stream().map(Difference::of).toList();
    unmet.forEach(RealmNeed::mend);
    if (!before.isEmpty()) {
      request
          .event()
          .clone(request.session())
          .resource(ResourceType.REALM)
          .operation(OperationType.UPDATE)
          .detail(MENDED, before.stream().map(Difference::what).collect(Collectors.joining(", ")))
          .representation(before)
          .success();
    }
    return before;
  }

  private List<RealmNeed> unmet() {
    return request.session().getProvider(RealmReconciler.class).unmet(request.realm());
  }
}
