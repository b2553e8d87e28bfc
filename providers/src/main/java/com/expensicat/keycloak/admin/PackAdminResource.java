package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.PackBuild;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.realm.Replacements;
import com.expensicat.keycloak.realm.Replacements.Replacement;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.RealmManager;
import org.keycloak.services.resources.admin.AdminAuth;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;
import org.keycloak.services.resources.admin.fgap.AdminPermissions;

/** {@code /admin/realms/{realm}/expensicat}: what an admin may see of the pack there, and do. */
public class PackAdminResource {

  private final AdminRequest request;
  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminPermissionEvaluator auth;

  PackAdminResource(AdminRequest request) {
    this.request = request;
    this.session = request.session();
    this.realm = request.realm();
    this.auth = request.auth();
  }

  /**
   * What the page needs before it shows anything.
   *
   * @param version the pack's version
   * @param may which parts this admin may see and which changes make
   * @param texts the page's texts by their keys
   */
  public record Overview(String version, Permissions may, Map<String, String> texts) {}

  /** Which parts an admin may see, and which changes make. */
  public record Permissions(
      boolean viewFloor,
      boolean viewScopes,
      boolean viewClients,
      boolean viewIssuers,
      boolean viewUsers,
      boolean viewDifference,
      boolean mendScopes,
      boolean mendRealm,
      boolean reloadKeys,
      boolean manageUsers) {}

  /**
   * The state of the floor.
   *
   * @param enforced whether it covers this realm
   * @param realms the realms that it covers, as far as this admin may view them
   */
  public record FloorState(boolean enforced, List<String> realms) {}

  /**
   * For every admin of the realm, with whatever role.
   *
   * @param locale a language tag (RFC 5646); English where the page does not know it
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Overview overview(@QueryParam("locale") @DefaultValue("en") String locale) {
    auth.requireAnyAdminRole();
    return new Overview(
        PackBuild.version(),
        new Permissions(
            auth.realm().canViewRealm(),
            auth.clients().canViewClientScopes(),
            auth.clients().canView(),
            auth.realm().canViewIdentityProviders(),
            auth.users().canView(),
            DifferenceResource.mayView(auth),
            auth.clients().canManageClientScopes(),
            auth.realm().canManageRealm(),
            auth.realm().canManageIdentityProviders(),
            auth.users().canManage()),
        PageTexts.of(session, realm, locale));
  }

  /** For admins who may view the realm. */
  @GET
  @Path("floor")
  @Produces(MediaType.APPLICATION_JSON)
  public FloorState floor() {
    auth.realm().requireViewRealm();
    PackSettings settings = PackSettings.get();
    return new FloorState(
        settings.hasFloor(session, realm),
        settings.floorRealms(session.getKeycloakSessionFactory()).stream()
            .map(session.realms()::getRealmByName)
            .filter(Objects::nonNull)
            .filter(this::mayView)
            .map(RealmModel::getName)
            .sorted()
            .toList());
  }

  /**
   * How the server is, where the pack expects it otherwise.
   *
   * @param notInEffect providers of the pack, as SPI and id, that an option or another jar has put
   *     out of their place
   * @param builtForThisKeycloak whether the server is of a version that the pack was built for
   */
  public record ServerState(List<String> notInEffect, boolean builtForThisKeycloak) {}

  /** For admins who may view the realm. */
  @GET
  @Path("server")
  @Produces(MediaType.APPLICATION_JSON)
  public ServerState server() {
    auth.realm().requireViewRealm();
    return new ServerState(
        Replacements.notInEffect(session.getKeycloakSessionFactory()).stream()
            .map(Replacement::where)
            .toList(),
        Replacements.areMadeForThisServer());
  }

  /** An admin of one realm views no other; Keycloak's evaluator would throw. */
  private boolean mayView(RealmModel covered) {
    if (covered.equals(realm)) {
      return true;
    }
    AdminAuth admin = auth.adminAuth();
    return RealmManager.isAdministrationRealm(admin.getRealm())
        && AdminPermissions.evaluator(session, covered, admin).realm().canViewRealm();
  }

  /** What the pack needs of the realm beside scopes and clients. */
  @Path("realm")
  public RealmResource realm() {
    return new RealmResource(request);
  }

  /** How the realm differs from the export. */
  @Path("difference")
  public DifferenceResource difference() {
    return new DifferenceResource(request);
  }

  /** The catalog of scopes. */
  @Path("scopes")
  public ScopesResource scopes() {
    return new ScopesResource(request);
  }

  /** The protected resources of the realm. */
  @Path("resources")
  public ResourcesResource resources() {
    return new ResourcesResource(request);
  }

  /** The clients that the rules refuse something. */
  @Path("clients")
  public ClientsResource clients() {
    return new ClientsResource(request);
  }

  /** The issuers of session JWTs. */
  @Path("issuers")
  public IssuersResource issuers() {
    return new IssuersResource(request);
  }

  /**
   * What a person has granted for which organisation. Who may not see users learns nothing of which
   * there are.
   */
  @Path("users/{id}")
  public UserResource user(@PathParam("id") String id) {
    UserModel user = session.users().getUserById(realm, id);
    if (user == null) {
      auth.users().requireQuery();
      throw new NotFoundException("The realm has no such user");
    }
    return new UserResource(request, user);
  }
}
