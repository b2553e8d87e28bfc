package com.expensicat.keycloak.it.clientauth;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Basic credentials that cannot be decoded are those of nobody, wherever a client authenticates.
 */
class BasicCredentialsIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private static final Parameters REQUEST =
      Parameters.of("grant_type", "client_credentials", "token", "x", "response_type", "code");

  static Stream<Arguments> badAtEachAddress() {
    return Cases.atEachAddress("basic-credentials-bad.csv");
  }

  static Stream<Arguments> bad() {
    return Cases.of("basic-credentials-bad.csv");
  }

  private static TokenClient sending(String written) {
    byte[] credentials = URLDecoder.decode(written, ISO_8859_1).getBytes(ISO_8859_1);
    return TokenClient.anonymous()
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  private static List<URI> clientsAuthenticateAt(Addresses addresses) {
    return List.of(
        addresses.token(SERVER),
        addresses.introspect(SERVER),
        addresses.revoke(SERVER),
        addresses.par(SERVER));
  }

  private static void assertInvalidClient(Answer answer) {
    assertError(answer, 401, "invalid_client");
    assertThat(answer.header("WWW-Authenticate")).hasValue("Basic realm=\"expensicat\"");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("badAtEachAddress")
  void theyAreRefusedAtEachAddress(Addresses addresses, String name, String written) {
    for (URI address : clientsAuthenticateAt(addresses)) {
      assertInvalidClient(sending(written).post(address, REQUEST));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotBase64IsRefusedAlsoBesideThePublicClientOfTheForm(Addresses addresses) {
    for (String header : List.of("Basic", "Basic !!!!", "Basic YTpi YTpi")) {
      TokenClient client = TokenClient.anonymous().header("Authorization", header);
      for (URI address : clientsAuthenticateAt(addresses)) {
        assertInvalidClient(
            client.post(address, REQUEST.with("client_id", AuthorizationFlow.DEMO_APP)));
      }
    }
  }

  /** They have no address of the pack. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void theyAreRefusedAtKeycloaksOtherAddresses(String name, String written) {
    for (String path : List.of("/logout", "/auth/device", "/ext/ciba/auth")) {
      Answer answer =
          sending(written)
              .post(
                  Addresses.KEYCLOAK.at(SERVER, path),
                  Parameters.of("refresh_token", "x", "scope", "openid", "login_hint", "x"));
      assertThat(answer.status()).as(answer::summary).isEqualTo(401);
      assertThat(answer.json().path("error").asText()).isEqualTo("invalid_client");
    }
  }
}
