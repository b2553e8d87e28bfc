package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.realm.ClientFinding;
import com.expensicat.keycloak.realm.ClientReport;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/**
 * {@code …/expensicat/clients}: the clients that the pack refuses something or changes, and why; of
 * a realm that it does not serve, what it would.
 */
public class ClientsResource {

  private final AdminPermissionEvaluator auth;
  private final ClientReport report;

  ClientsResource(AdminRequest request) {
    this.auth = request.auth();
    this.report = ClientReport.of(request.session(), request.realm());
  }

  /**
   * A client that rules meet.
   *
   * @param id its id in the realm
   * @param clientId its client id
   * @param name its name for people, or {@code null}
   * @param findings what they find
   */
  public record Met(String id, String clientId, String name, List<ClientFinding> findings) {}

  /** For admins who may view clients; those that a permission excepts are missing in their page. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<Met> list(
      @QueryParam("first") @DefaultValue("0") int first,
      @QueryParam("max") @DefaultValue(Page.DEFAULT_MAX) int max) {
    auth.clients().requireView();
    Page page = new Page(first, max);
    return report
        .clients(page.first(), page.max())
        .filter(auth.clients()::canView)
        .map(
            client ->
                new Met(
                    client.getId(),
                    client.getClientId(),
                    client.getName(),
                    report.findings(client)))
        .toList();
  }
}
