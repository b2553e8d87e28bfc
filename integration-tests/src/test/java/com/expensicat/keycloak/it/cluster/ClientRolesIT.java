package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.CALLBACK;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Roles of a client, of which most have none: each node remembers that, until there is one. */
@OnCluster
class ClientRolesIT {

  private static final String APP = "app-without-roles";
  private static final String ROLE = "auditor";

  private final ServerProcess one = Cluster.shared().node(1);
  private final ServerProcess two = Cluster.shared().node(2);
  private final AdminApi admin = one.admin();

  @Test
  void noTokenAsksTheDatabaseForRolesThatThereAreNot() throws Throwable {
    withTokens(
        tokens -> {
          JsonNode known = refreshed(one, tokens);

          one.database().whileLocked("keycloak_role", () -> refreshed(one, known));
        });
  }

  @Test
  void oneThatIsAddedOrRemovedAtANodeCountsAtTheOther() throws Throwable {
    withTokens(
        tokens -> {
          JsonNode atTwo = refreshed(two, refreshed(one, tokens));
          assertThat(roles(atTwo)).isEmpty();
          String roles = admin.clientPath(APP) + "/roles";
          admin.post(roles, Map.of("name", ROLE));
          String user = Jwt.claims(tokens.path("access_token").asText()).path("sub").asText();
          admin.post(
              "/users/" + user + "/role-mappings" + admin.clientPath(APP),
              List.of(admin.get(roles + "/" + ROLE)));

          JsonNode withRole = refreshed(one, refreshed(two, atTwo));
          assertThat(roles(withRole)).containsExactly(ROLE);
          assertThat(roles(refreshed(two, withRole))).isNotEmpty();
        });
  }

  private void withTokens(ThrowingConsumer<JsonNode> test) throws Throwable {
    try (NewPerson person = NewPerson.join(one)) {
      admin.withClient(
          Json.tree(
              Map.of(
                  "clientId",
                  APP,
                  "publicClient",
                  true,
                  "redirectUris",
                  List.of(CALLBACK),
                  "protocolMappers",
                  List.of(
                      Map.of(
                          "name",
                          "roles",
                          "protocol",
                          "openid-connect",
                          "protocolMapper",
                          "oidc-usermodel-client-role-mapper",
                          "config",
                          Map.of(
                              "claim.name", "app_roles",
                              "multivalued", "true",
                              "access.token.claim", "true",
                              "usermodel.clientRoleMapping.clientId", APP))))),
          () ->
              test.accept(
                  authorizeAt(Addresses.PACK, one)
                      .as(person.person())
                      .with("client_id", APP)
                      .with("scope", "transactions:read")
                      .tokens()
                      .json()));
    }
  }

  private static List<String> roles(JsonNode tokens) throws ParseException {
    return Json.texts(Jwt.claims(tokens.path("access_token").asText()).path("app_roles"));
  }

  private static JsonNode refreshed(ServerProcess node, JsonNode tokens) {
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.PACK.token(node),
                Parameters.of(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    tokens.path("refresh_token").asText(),
                    "client_id",
                    APP));
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }
}
