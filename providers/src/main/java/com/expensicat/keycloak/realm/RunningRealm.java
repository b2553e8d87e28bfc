package com.expensicat.keycloak.realm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.exportimport.ExportOptions;
import org.keycloak.exportimport.util.ExportUtils;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.utils.ModelToRepresentation;
import org.keycloak.models.utils.StripSecretsUtils;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.representations.idm.RolesRepresentation;
import org.keycloak.representations.idm.ScopeMappingRepresentation;
import org.keycloak.util.JsonSerialization;

/**
 * A realm as Keycloak exports it, but of clients and roles those alone that are asked for: a realm
 * may have ten thousand.
 */
final class RunningRealm {

  private static final ExportOptions ALL_BUT_CLIENTS_AND_ROLES =
      new ExportOptions(false, false, false, false, true);

  private final KeycloakSession session;
  private final RealmModel realm;

  RunningRealm(KeycloakSession session, RealmModel realm) {
    this.session = session;
    this.realm = realm;
  }

  /** The realm without secrets, with the clients and roles that the export names. */
  JsonNode named(RealmExport export) {
    RealmRepresentation running =
        ExportUtils.exportRealm(session, realm, ALL_BUT_CLIENTS_AND_ROLES, false);
    List<ClientModel> clients =
        export.clients().stream().map(realm::getClientByClientId).filter(Objects::nonNull).toList();
    running.setClients(
        clients.stream()
            .map(client -> ModelToRepresentation.toRepresentation(client, session))
            .toList());
    RolesRepresentation roles = new RolesRepresentation();
    roles.setRealm(
        ExportUtils.exportRoles(
            export.realmRoles().stream().map(realm::getRole).filter(Objects::nonNull)));
    roles.setClient(new HashMap<>());
    clients.forEach(
        client ->
            roles
                .getClient()
                .put(client.getClientId(), ExportUtils.exportRoles(client.getRolesStream())));
    running.setRoles(roles);
    clients.forEach(client -> addScopeMappings(running, client));
    return JsonSerialization.mapper.valueToTree(StripSecretsUtils.stripSecrets(session, running));
  }

  private static void addScopeMappings(RealmRepresentation running, ClientModel client) {
    Map<String, List<ScopeMappingRepresentation>> mappings =
        Optional.ofNullable(running.getClientScopeMappings()).orElseGet(HashMap::new);
    Map<String, ScopeMappingRepresentation> byApplication = new HashMap<>();
    try (Stream<RoleModel> roles = client.getScopeMappingsStream()) {
      roles.forEach(
          role -> {
            if (role.getContainer() instanceof ClientModel application) {
              byApplication
                  .computeIfAbsent(application.getClientId(), name -> of(client))
                  .role(role.getName());
            }
          });
    }
    byApplication.forEach(
        (application, mapping) ->
            mappings.computeIfAbsent(application, name -> new ArrayList<>()).add(mapping));
    running.setClientScopeMappings(mappings);
  }

  private static ScopeMappingRepresentation of(ClientModel client) {
    ScopeMappingRepresentation mapping = new ScopeMappingRepresentation();
    mapping.setClient(client.getClientId());
    return mapping;
  }
}
