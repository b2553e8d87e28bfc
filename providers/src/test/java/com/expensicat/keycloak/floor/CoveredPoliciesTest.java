package com.expensicat.keycloak.floor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.keycloak.util.JsonSerialization;

class CoveredPoliciesTest {

  private static final String PROFILES =
      """
      {"profiles": [
        {"name": "covered", "executors": [{"executor": "expensicat-s256-pkce"}, {"executor": "reject-ropc-grant"}]},
        {"name": "mixed", "executors": [{"executor": "expensicat-s256-pkce"}, {"executor": "secure-session"}]},
        {"name": "nameless", "executors": [{}]},
        {"name": "empty"}]}
      """;

  @Test
  void thoseOfTheRealmExportNeedNotBeRead() throws Exception {
    JsonNode realm =
        JsonSerialization.mapper.readTree(
            Path.of("../realm-export/expensicat-realm.json").toFile());

    assertThat(
            CoveredPolicies.areCovered(
                realm.path("clientPolicies").toString(), realm.path("clientProfiles").toString()))
        .isTrue();
  }

  @Test
  void noneNeedNotBeReadEither() {
    assertThat(CoveredPolicies.areCovered(null, null)).isTrue();
    assertThat(CoveredPolicies.areCovered("{}", "{}")).isTrue();
    assertThat(CoveredPolicies.areCovered(policy(true, "covered"), PROFILES)).isTrue();
    assertThat(CoveredPolicies.areCovered(policy(true, "empty"), PROFILES)).isTrue();
    assertThat(CoveredPolicies.areCovered(policy(false, "mixed"), PROFILES)).isTrue();
  }

  @Test
  void whatHasAnythingToAddIsRead() {
    assertThat(CoveredPolicies.areCovered(policy(true, "mixed"), PROFILES)).isFalse();
    assertThat(CoveredPolicies.areCovered(policy(true, "nameless"), PROFILES)).isFalse();
    assertThat(CoveredPolicies.areCovered(policy(true, "fapi-1-baseline"), PROFILES)).isFalse();
    assertThat(CoveredPolicies.areCovered(policy(true, "covered"), null)).isFalse();
    assertThat(CoveredPolicies.areCovered("no JSON", PROFILES)).isFalse();
  }

  private static String policy(boolean enabled, String profile) {
    return """
        {"policies": [{"name": "one", "enabled": %s, "profiles": ["%s"]}]}
        """
        .formatted(enabled, profile);
  }
}
