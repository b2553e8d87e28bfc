package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.realm.RealmDifference;
import com.expensicat.keycloak.realm.RealmExport;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** {@code …/expensicat/difference}: how the realm differs from the export in the jar. */
public class DifferenceResource {

  private final AdminRequest request;

  DifferenceResource(AdminRequest request) {
    this.request = request;
  }

  /** Whether an admin may view all that is compared: a part of it would look like all is well. */
  static boolean mayView(AdminPermissionEvaluator auth) {
    return auth.realm().canViewRealm()
        && auth.realm().canViewIdentityProviders()
        && auth.clients().canView();
  }

  /** The differences, for admins who may view the realm, its clients and identity providers. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<RealmDifference> differences() {
    if (!mayView(request.auth())) {
      throw new ForbiddenException();
    }
    return RealmExport.differences(request.session(), request.realm());
  }
}
