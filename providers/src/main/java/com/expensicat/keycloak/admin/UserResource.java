package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.access.OrganizationAccess;
import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import org.keycloak.OAuth2Constants;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.UserModel;

/** {@code …/expensicat/users/{id}}: what a person has granted for which organisation. */
public class UserResource {

  private final AdminRequest request;
  private final UserModel user;

  UserResource(AdminRequest request, UserModel user) {
    this.request = request;
    this.user = user;
  }

  /**
   * An application that has access.
   *
   * @param clientId its client id
   * @param name its name for people, or {@code null}
   * @param organizations for which organisations; none where it is for none
   */
  public record Application(
      String clientId, String name, List<OrganizationAccess.OfOne> organizations) {}

  /** The applications, for admins who may view the user. */
  @GET
  @Path("consents")
  @Produces(MediaType.APPLICATION_JSON)
  public List<Application> consents() {
    request.auth().users().requireView(user);
    return OrganizationAccess.toAll(request.session(), request.realm(), user)
        .map(
            access ->
                new Application(
                    access.client().getClientId(), access.client().getName(), access.of()))
        .sorted(Comparator.comparing(Application::clientId))
        .toList();
  }

  /**
   * Takes an application's access for one organisation away, for admins who may manage the user;
   * that for others stays. 404 if nothing is granted for it.
   *
   * @param clientId the application
   * @param organization the organisation's id; empty for what is granted for none
   */
  @DELETE
  @Path("consents")
  public void takeAway(
      @QueryParam(OAuth2Constants.CLIENT_ID) @DefaultValue("") String clientId,
      @QueryParam(LoginOrganization.PARAMETER) @DefaultValue("") String organization) {
    request.auth().users().requireManage(user);
    Organization taken =
        OrganizationAccess.takeAway(request.session(), user, clientId, organization);
    request
        .event()
        .resource(ResourceType.USER)
        .operation(OperationType.ACTION)
        .resourcePath("users", user.getId(), "consents", clientId)
        .detail(Organization.EVENT_ID, taken.id())
        .detail(Organization.EVENT_NAME, taken.name())
        .success();
  }
}
