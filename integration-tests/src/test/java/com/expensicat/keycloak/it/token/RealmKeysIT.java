package com.expensicat.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A token counts by the keys that the realm has now, whatever a node has seen of it before. */
@OnCluster
class RealmKeysIT {

  private final ServerProcess one = Cluster.shared().node(1);
  private final ServerProcess two = Cluster.shared().node(2);
  private final AdminApi admin = one.admin();

  @ParameterizedTest
  @CsvSource({
    "rsa-generated, RS256",
    "rsa-generated, PS256",
    "ecdsa-generated, ES256",
    "eddsa-generated, EdDSA"
  })
  void aKeyThatIsSwitchedOffCountsNoMore(String provider, String algorithm) throws Throwable {
    String key = "/components/" + admin.create("/components", key(provider, algorithm));
    try {
      admin.withRealmChange(
          realm -> realm.put("defaultSignatureAlgorithm", algorithm),
          () -> {
            String token = accessToken();
            assertThat(SignedJWT.parse(token).getHeader().getAlgorithm().getName())
                .isEqualTo(algorithm);
            assertIsTaken(token, true);
            assertIsTaken(withOtherSignature(token), false);
            assertIsTaken(token, true);

            enable(key, "false");
            assertIsTaken(token, false);

            enable(key, "true");
            assertIsTaken(token, true);
          });
    } finally {
      admin.delete(key);
    }
  }

  private static ObjectNode key(String provider, String algorithm) {
    return Json.object(
        ("{'name':'test','providerId':'%s','providerType':'org.keycloak.keys.KeyProvider',"
                + "'config':{'priority':['200'],'enabled':['true'],'active':['true'],"
                + "'algorithm':['%s']}}")
            .formatted(provider, algorithm));
  }

  private void enable(String key, String enabled) {
    admin.update(
        key, component -> component.withObject("/config").putArray("enabled").add(enabled));
  }

  private String accessToken() {
    Answer answer =
        AuthorizationFlow.authorizeAt(Addresses.PACK, one)
            .with("scope", "openid transactions:read")
            .tokens(new Browser(), BodyKind.FORM);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("access_token").asText();
  }

  /** The same claims by a signature of which one bit is another. */
  private static String withOtherSignature(String token) {
    int middle = (token.lastIndexOf('.') + token.length()) / 2;
    return token.substring(0, middle)
        + (token.charAt(middle) == 'A' ? 'B' : 'A')
        + token.substring(middle + 1);
  }

  private void assertIsTaken(String token, boolean isTaken) {
    for (ServerProcess node : List.of(one, two)) {
      assertThat(Gateway.check(node, token).status()).isEqualTo(isTaken ? 200 : 401);
      for (Addresses addresses : Addresses.values()) {
        assertThat(ResourceServer.API.introspect(node, addresses, token).path("active").asBoolean())
            .as(addresses::name)
            .isEqualTo(isTaken);
        assertThat(TokenClient.bearer(token).get(addresses.userinfo(node)).status())
            .as(addresses::name)
            .isEqualTo(isTaken ? 200 : 401);
      }
    }
  }
}
