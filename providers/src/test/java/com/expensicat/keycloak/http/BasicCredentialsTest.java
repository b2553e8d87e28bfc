package com.expensicat.keycloak.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.expensicat.keycloak.Tables;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {

  private static String header(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "app:secret, app, secret",
    "app:, app, ''",
    ":secret, '', secret",
    "app:a:b, app, a:b",
    "a%3Ab:c%20d+e%25, a:b, c d e%",
    "%C3%A9:%E2%82%AC, é, €",
  })
  void theyAreDecoded(String pair, String clientId, String secret) {
    assertThat(BasicCredentials.read(header(pair)))
        .hasValue(new BasicCredentials(clientId, secret));
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic YTpi", "BASIC YTpi", "Basic   YTpi", "Basic YTpi"})
  void theSchemeIsReadInAnyCase(String header) {
    assertThat(BasicCredentials.read(header)).hasValue(new BasicCredentials("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer x", "DPoP x", "Negotiate YTpi", "BasicYTpi", "", "Bas"})
  void anotherSchemeShowsNone(String header) {
    assertThat(BasicCredentials.read(header)).isEmpty();
  }

  static Stream<Arguments> bad() {
    return Tables.rows("basic-credentials-bad.csv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatCannotBeDecodedIsRefused(String name, String written) {
    assertThatThrownBy(() -> BasicCredentials.read(header(URLDecoder.decode(written, ISO_8859_1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic", "Basic ", "Basic !!!!", "Basic YTpi YTpi", "Basic YTp\u00ff"})
  void whatIsNotBase64IsRefused(String header) {
    assertThatThrownBy(() -> BasicCredentials.read(header))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(new BasicCredentials("app", "hush"))
        .asString()
        .contains("app")
        .doesNotContain("hush");
  }
}
