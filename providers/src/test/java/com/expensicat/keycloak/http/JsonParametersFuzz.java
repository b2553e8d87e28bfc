package com.expensicat.keycloak.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

public class JsonParametersFuzz {

  private static final JsonMapper JSON = new JsonMapper();

  @FuzzTest
  void aBodyIsReadAsAnyReaderOfJsonReadsItOrRefusedWithAReason(byte[] body) throws Exception {
    read(body);
  }

  /** Reads one input within the bounds. */
  public static void read(byte[] body) throws Exception {
    Bounds.hold(body, JsonParametersFuzz::answer);
    check(body);
  }

  /** What alone is measured: the other reader takes longer. */
  private static void answer(byte[] body) {
    try {
      JsonParameters.read(body);
    } catch (InvalidBodyException e) {
      // An answer too.
    }
  }

  private static void check(byte[] body) throws IOException {
    MultivaluedMap<String, String> parameters;
    try {
      parameters = JsonParameters.read(body);
    } catch (InvalidBodyException e) {
      // RFC 6749 5.2
      assertThat(e.getMessage()).matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
      return;
    }
    Map<String, String> expected =
        JSON.readValue(new String(body, UTF_8), new TypeReference<Map<String, String>>() {});
    expected.values().removeIf(Objects::isNull);
    assertThat(parameters.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, value) -> assertThat(parameters.get(name)).containsExactly(value));
  }
}
