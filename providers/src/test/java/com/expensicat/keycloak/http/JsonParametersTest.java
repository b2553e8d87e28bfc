package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.expensicat.keycloak.Tables;
import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonParametersTest {

  @Test
  void theBodyOfTheGuideIsRead() throws InvalidBodyException {
    assertThat(
            read(
                """
                {
                  "grant_type": "authorization_code",
                  "code": "AUTH_CODE",
                  "redirect_uri": "https://yourapp.com/callback",
                  "client_id": "YOUR_CLIENT_ID",
                  "code_verifier": "PKCE_CODE_VERIFIER"
                }
                """))
        .containsOnlyKeys("grant_type", "code", "redirect_uri", "client_id", "code_verifier")
        .allSatisfy((name, values) -> assertThat(values).hasSize(1));
  }

  @Test
  void nullCountsAsAbsent() throws InvalidBodyException {
    assertThat(read("{\"grant_type\":null,\"code\":\"x\"}")).containsOnlyKeys("code");
  }

  /** Without those that are objects of strings, in which the address finds the fault. */
  static Stream<Arguments> bad() {
    return Tables.rows("token-json-bodies.csv").filter(row -> !row.get()[3].equals(""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatIsNoFlatObjectOfStringsIsRefusedWithTheReason(
      String name, String body, String error, String reason) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(InvalidBodyException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] body = "{\"code\":\"x\"}".getBytes(StandardCharsets.ISO_8859_1);
    body[9] = (byte) 0xFF;
    assertThatThrownBy(() -> JsonParameters.read(body))
        .isInstanceOf(InvalidBodyException.class)
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void jsonInAnotherEncodingIsRefused(String charset) {
    byte[] body = "{\"code\":\"x\"}".getBytes(Charset.forName(charset));
    assertThatThrownBy(() -> JsonParameters.read(body)).isInstanceOf(InvalidBodyException.class);
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThatThrownBy(() -> read("\uFEFF{\"code\":\"x\"}"))
        .isInstanceOf(InvalidBodyException.class);
  }

  private static MultivaluedMap<String, String> read(String body) throws InvalidBodyException {
    return JsonParameters.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
