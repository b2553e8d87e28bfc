package com.expensicat.keycloak.session.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.expensicat.keycloak.Tables;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the settings say for themselves; what only a realm or an issuer knows, a server is asked.
 */
class IssuerSettingsTest {

  /** Other issuers, addresses that are called, and the catalog of the realm. */
  private static final Pattern ASKS_A_SERVER =
      Pattern.compile("REALM|SERVER|TAKEN|NOBODY|HTML|keys\\.invalid|'scopes'");

  private static final String KEY =
      "{'kty':'OKP','crv':'Ed25519','kid':'a','use':'sig',"
          + "'x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'";

  static Stream<Arguments> bad() {
    return Tables.rows("issuer-settings-bad.csv").filter(IssuerSettingsTest::saysItAll);
  }

  static Stream<Arguments> good() {
    return Tables.rows("issuer-settings-good.csv");
  }

  private static boolean saysItAll(Arguments row) {
    return !ASKS_A_SERVER.matcher((String) row.get()[1]).find();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void aBadSettingIsRefusedByItsName(String name, String change, String key) {
    assertThatThrownBy(() -> read(change))
        .isInstanceOfSatisfying(
            IllegalArgumentException.class,
            refusal -> assertThat(refusal).hasMessageStartingWith(key + ": "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void aGoodSettingIsTaken(String name, String change) {
    assertThat(read(change).algorithms()).isNotEmpty();
  }

  private static IssuerSettings read(String change) {
    Map<String, String> config = new HashMap<>();
    Tables.changed(Tables.object("{'issuer':'https://app.expensicat.test'}"), filled(change))
        .properties()
        .forEach(setting -> config.put(setting.getKey(), setting.getValue().asText()));
    IssuerSettings settings = IssuerSettings.of(config);
    settings.jwks().ifPresent(SessionIdentityProviderConfig::requireKeys);
    return settings;
  }

  private static String filled(String change) {
    return change
        .replace("GOOD", "https://app.expensicat.test/jwks")
        .replace("ELSEWHERE", "https://keys.expensicat.test/jwks")
        .replace("PUBLIC", quoted(KEY + "}"))
        .replace("PRIVATE", quoted(KEY + ",'d':'c2VjcmV0'}"))
        .replace("ENCRYPTION", quoted(KEY.replace("'sig'", "'enc'") + "}"));
  }

  /** JSON inside a JSON string. */
  private static String quoted(String json) {
    return json.replace("'", "\\\"");
  }
}
