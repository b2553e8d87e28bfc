package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The largest body, 64 KiB, at every address of the realm that anybody can send one to. */
class BodyLimitIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final int LARGEST = 64 * 1024;

  /** Of a client that registers itself; the other addresses do not look at it before the body. */
  private static TokenClient client;

  @BeforeAll
  static void prepare() {
    client = TokenClient.bearer(new Registration(SERVER, Addresses.PACK).initialAccessToken(1));
  }

  static Stream<Arguments> bodies() {
    return Cases.of("bodies.csv");
  }

  /** That many bytes that cannot be decoded, so that it shows who has tried. */
  private static String undecodable(int bytes) {
    return "%".repeat(bytes);
  }

  private static URI at(String path) {
    return URI.create(SERVER.baseUrl() + path);
  }

  private static Answer send(String method, String path, BodyKind kind, int bytes) {
    return client.send(method, at(path), kind.mediaType(), undecodable(bytes));
  }

  private static Answer sendInChunks(String method, String path, BodyKind kind, int bytes) {
    return client.sendInChunks(method, at(path), kind.mediaType(), undecodable(bytes));
  }

  private static void assertTooLarge(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(413);
    assertThat(answer.header("Content-Type")).hasValue("application/json");
    assertThat(answer.headers().allValues("Cache-Control"))
        .isNotEmpty()
        .allSatisfy(value -> assertThat(value).startsWith("no-store"));
    assertThat(answer.json().path("error").textValue()).isEqualTo("invalid_request");
    assertThat(answer.json().path("error_description").textValue()).contains("64 KiB");
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("bodies")
  void aLargerOneIsRefusedUnread(String method, String path, BodyKind kind, String inChunks) {
    assertTooLarge(send(method, path, kind, LARGEST + 1));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("bodies")
  void aLargerOneOfNoDeclaredLengthIsRefusedBeforeItIsDecoded(
      String method, String path, BodyKind kind, String inChunks) {
    Answer answer = sendInChunks(method, path, kind, LARGEST + 1);

    if (inChunks.isEmpty()) {
      assertTooLarge(answer);
    } else {
      assertThat(answer.status()).as(answer::summary).isEqualTo(Integer.parseInt(inChunks));
    }
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("bodies")
  void theLargestOneIsLookedAt(String method, String path, BodyKind kind, String inChunks) {
    for (Answer answer :
        List.of(send(method, path, kind, LARGEST), sendInChunks(method, path, kind, LARGEST))) {
      assertThat(answer.status()).as(answer::summary).isBetween(400, 499).isNotEqualTo(413);
    }
  }

  @Test
  void anAdminImportsMore() {
    Answer answer =
        SERVER
            .admin()
            .send(
                "POST",
                "/partialImport",
                Map.of(
                    "ifResourceExists",
                    "SKIP",
                    "users",
                    List.of(
                        Map.of(
                            "username",
                            Person.DEMO.username(),
                            "attributes",
                            Map.of("note", List.of("x".repeat(LARGEST)))))));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.json().path("skipped").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aFloodOfPushedRequestsIsRefusedAndLeavesTheServerUp(Addresses addresses) {
    Parameters request = authorizeAt(addresses).parameters();
    String padding = "x".repeat(100_000);
    String flood =
        IntStream.range(0, 20)
            .mapToObj(i -> "&p" + i + "=" + padding)
            .collect(Collectors.joining("", request.encoded(), ""));
    URI par = addresses.par(SERVER);

    List<Answer> answers =
        AtOnce.run(160, () -> client.send("POST", par, BodyKind.FORM.mediaType(), flood));

    assertThat(answers).hasSize(160).allSatisfy(BodyLimitIT::assertTooLarge);
    Answer good = TokenClient.anonymous().post(par, request);
    assertThat(good.status()).as(good::summary).isEqualTo(201);
  }
}
