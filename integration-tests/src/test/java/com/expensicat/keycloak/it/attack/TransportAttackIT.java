package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.RawHttp;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Attacks below the protocol: bytes, lengths and connections. */
class TransportAttackIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String FORM = BodyKind.FORM.mediaType();
  private static final String JSON = BodyKind.JSON.mediaType();
  private static final int MEBIBYTE = 1024 * 1024;

  /** Somebody is signed in here and has agreed. */
  private static final Browser BROWSER = new Browser();

  private static NewPerson person;

  @BeforeAll
  static void prepare() {
    person = NewPerson.join();
  }

  @AfterAll
  static void cleanUp() {
    person.close();
  }

  private static AuthorizationFlow flow(Attack attack) {
    return authorizeAt(attack.addresses()).as(person.person()).with("scope", "transactions:read");
  }

  private static Parameters tokenRequest(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    return flow.tokenRequest(flow.callback(BROWSER).get("code"));
  }

  private static URI token(Attack attack) {
    return attack.addresses().token(SERVER);
  }

  private static RawHttp.Said post(
      URI address, String contentType, byte[] body, String... headers) {
    return RawHttp.post(SERVER, address, contentType, body, headers);
  }

  /** One answer, one of these, and none with a token, a code or a foreign header. */
  private static void assertOneAnswer(Attack attack, RawHttp.Said said, Integer... statuses) {
    assertThat(said.statuses()).as(said.text()).hasSize(1);
    assertThat(said.statuses().get(0)).as(said.text()).isIn((Object[]) statuses);
    assertNothingGiven(attack, said);
  }

  /** The answer of an API address of the pack is JSON and never stored. */
  private static void assertError(Attack attack, RawHttp.Said said, int status, String error) {
    assertOneAnswer(attack, said, status);
    if (attack.addresses() == Addresses.PACK) {
      assertThat(said.text())
          .containsIgnoringCase("cache-control: no-store")
          .contains("\"error\":\"" + error + "\"");
    }
  }

  private static void assertNothingGiven(Attack attack, RawHttp.Said said) {
    assertThat(said.text())
        .doesNotContain("access_token\"", "refresh_token\"", "request_uri\"", "code=")
        .doesNotContainPattern("(?m)^X-Evil");
    if (attack.addresses() == Addresses.PACK) {
      assertThat(said.text()).doesNotContainIgnoringCase("<html");
    }
  }

  private static byte[] form(Parameters parameters) {
    return parameters.encoded().getBytes(US_ASCII);
  }

  private static final String HUGE = "x".repeat(MEBIBYTE);

  @AttackTest("H01")
  void aTokenRequestOfAMebibyteIsRefused(Attack attack) {
    for (String name : List.of("code", "code_verifier", "client_id", "unknown")) {
      RawHttp.Said said = post(token(attack), FORM, form(tokenRequest(attack).with(name, HUGE)));
      assertError(attack, said, 413, "invalid_request");
    }
  }

  @AttackTest("H02")
  void otherFormsOfAMebibyteAreRefused(Attack attack) {
    Addresses at = attack.addresses();
    for (URI address :
        List.of(
            at.authorize(SERVER),
            at.introspect(SERVER),
            at.revoke(SERVER),
            at.par(SERVER),
            at.userinfo(SERVER))) {
      Parameters request = flow(attack).parameters().with("state", HUGE);
      assertError(attack, post(address, FORM, form(request)), 413, "invalid_request");
    }
  }

  @AttackTest("H03")
  void aQueryOfAMebibyteIsRefused(Attack attack) {
    URI address = attack.addresses().authorize(SERVER);

    RawHttp.Said said =
        RawHttp.exchange(
            SERVER,
            ("GET " + address.getRawPath() + "?state=" + HUGE + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .getBytes(US_ASCII));

    assertOneAnswer(attack, said, 414);
  }

  @AttackTest("H04")
  void aHeaderOfAMebibyteIsRefused(Attack attack) {
    RawHttp.Said said =
        post(
            attack.addresses().userinfo(SERVER),
            FORM,
            new byte[0],
            "Authorization: Bearer " + HUGE);

    assertOneAnswer(attack, said, 431);
  }

  @AttackTest("H05")
  void tenThousandParametersAreRefused(Attack attack) {
    assertError(attack, post(token(attack), FORM, padded(attack, 10_000)), 413, "invalid_request");
    assertError(attack, post(token(attack), FORM, padded(attack, 2_000)), 400, "invalid_request");
  }

  private static byte[] padded(Attack attack, int parameters) {
    return IntStream.range(0, parameters)
        .mapToObj(i -> "&p" + i + "=1")
        .collect(Collectors.joining("", tokenRequest(attack).encoded(), ""))
        .getBytes(US_ASCII);
  }

  @AttackTest("H06")
  void aRegistrationOfListsInEachOtherIsRefused(Attack attack) {
    String authorization =
        "Authorization: Bearer "
            + new Registration(SERVER, attack.addresses()).initialAccessToken(2);

    for (String body :
        List.of(
            "{\"redirect_uris\":" + "[".repeat(50_000) + "]".repeat(10_000),
            "{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000))) {
      assertError(
          attack,
          post(attack.addresses().register(SERVER), JSON, body.getBytes(US_ASCII), authorization),
          400,
          "invalid_client_metadata");
    }
  }

  @AttackTest("H07")
  void jsonThatIsNotUtf8IsRefused(Attack attack) {
    String json = BodyKind.JSON.body(tokenRequest(attack).with("state", "\u00ff\u00fe"));

    for (byte[] body :
        List.of(
            json.getBytes(ISO_8859_1),
            json.getBytes(UTF_16),
            "{\"grant_type\":\"\u00c0\u00af\"}".getBytes(ISO_8859_1),
            "{\"grant_type\":\"\u00ed\u00a0\u0080\"}".getBytes(ISO_8859_1))) {
      assertError(attack, post(token(attack), JSON, body), 400, "invalid_request");
    }
  }

  @AttackTest("H08")
  void aFormThatIsNotUtf8GivesNothing(Attack attack) {
    Parameters request = tokenRequest(attack).without("code_verifier");

    for (String verifier : List.of("%FF%FE", "\u00ff\u00fe", "%C0%AF", "%ED%A0%80")) {
      assertOneAnswer(
          attack,
          post(
              token(attack),
              FORM,
              (request.encoded() + "&code_verifier=" + verifier).getBytes(ISO_8859_1)),
          400);
    }
  }

  @AttackTest("H09")
  void aFormThatCannotBeDecodedIsRefused(Attack attack) {
    for (String broken : List.of("x=%", "x=%zz", "%=1", "x=%C", "x=%u0041")) {
      assertUndecodable(attack, FORM, broken);
    }
    for (String charset : List.of("none", "'utf-8'", "\"\"", "utf-7")) {
      assertUndecodable(attack, FORM + ";charset=" + charset, "x=%41");
    }
  }

  private static void assertUndecodable(Attack attack, String contentType, String form) {
    Addresses at = attack.addresses();
    for (URI address :
        List.of(
            at.token(SERVER),
            at.introspect(SERVER),
            at.revoke(SERVER),
            at.par(SERVER),
            at.userinfo(SERVER))) {
      assertError(
          attack, post(address, contentType, form.getBytes(US_ASCII)), 400, "invalid_request");
    }
  }

  @AttackTest("H10")
  void aQueryThatCannotBeDecodedSendsNobodyOn(Attack attack) {
    URI address = attack.addresses().authorize(SERVER);
    for (String state : List.of("%", "%zz", "%FF%FE", "%C0%AF", "\u00ff")) {
      String path =
          address.getRawPath() + "?" + flow(attack).without("state").parameters().encoded();
      RawHttp.Said said = get(path + "&state=" + state);
      if (said.statuses().equals(List.of(302)) && location(said).startsWith(SERVER.baseUrl())) {
        said = get(location(said).substring(SERVER.baseUrl().length()));
      }
      assertThat(said.statuses()).as(said.text()).hasSize(1);
      assertThat(said.statuses().get(0)).as(said.text()).isIn(200, 302, 400);
      assertThat(said.text()).doesNotContainPattern("(?i)location: .*[?&]code=");
    }
  }

  private static RawHttp.Said get(String path) {
    return RawHttp.exchange(
        SERVER,
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: "
                + URI.create(SERVER.baseUrl()).getRawAuthority()
                + "\r\nConnection: close\r\n\r\n")
            .getBytes(ISO_8859_1));
  }

  private static String location(RawHttp.Said said) {
    return said.text()
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
        .map(line -> line.substring("location: ".length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(said.text()));
  }

  @AttackTest("H11")
  void multipartIsRefused(Attack attack) {
    byte[] body =
        "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\npassword\r\n--b--\r\n"
            .getBytes(US_ASCII);

    for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=b")) {
      assertError(attack, post(token(attack), type, body), 415, "invalid_request");
    }
  }

  private static byte[] gzip(byte[] start, int zeros) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(start);
      gzip.write(new byte[zeros]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  private static final String GZIP = "Content-Encoding: gzip";

  @AttackTest("H12")
  void aCompressedBodyIsNotUnpacked(Attack attack) {
    assertOneAnswer(
        attack,
        post(token(attack), FORM, gzip(form(tokenRequest(attack)), 0), GZIP),
        400,
        401,
        415);
    String json = BodyKind.JSON.body(tokenRequest(attack));
    assertOneAnswer(
        attack, post(token(attack), JSON, gzip(json.getBytes(UTF_8), 0), GZIP), 400, 415);
  }

  @AttackTest("H13")
  void aBodyThatGrowsWhenItIsUnpackedCostsNothing(Attack attack) {
    byte[] bomb = gzip(new byte[0], 60 * MEBIBYTE);
    Instant before = Instant.now();

    for (String type : List.of(FORM, JSON)) {
      RawHttp.Said said = post(token(attack), type, bomb, GZIP);
      assertThat(said.statuses()).as(said.text()).hasSize(1);
      assertThat(said.statuses().get(0)).as(said.text()).isBetween(400, 499);
    }

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
  }

  /** A whole POST with headers of our own about its length. */
  private static String posted(Attack attack, String body, String... headers) {
    return RawHttp.post(token(attack), FORM, headers) + body;
  }

  @AttackTest("H14")
  void whatFollowsAShortBodyIsNoSecondRequest(Attack attack) {
    String good = tokenRequest(attack).encoded();
    String inside = "GET /realms/expensicat/ HTTP/1.1";

    RawHttp.Said said =
        RawHttp.exchange(
            SERVER,
            posted(
                    attack,
                    "grant_type=x" + good + "\r\n" + inside + "\r\n\r\n",
                    "Content-Length: 12",
                    "Connection: close")
                .getBytes(US_ASCII));

    assertOneAnswer(attack, said, 400, 401);
  }

  @AttackTest("H15")
  void aBodyThatIsCutShortUsesNothingUp(Attack attack) {
    Parameters good = tokenRequest(attack);
    String body = good.encoded();
    try (RawHttp connection = RawHttp.to(SERVER)) {
      connection.send(posted(attack, body, "Content-Length: " + (body.length() + 10)));
    }

    Answer answer = TokenClient.anonymous().post(token(attack), good);

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
  }

  @AttackTest("H16")
  void aLengthThatIsNoneIsRefused(Attack attack) {
    String body = tokenRequest(attack).encoded();
    for (List<String> lengths :
        List.of(
            List.of("Content-Length: -1"),
            List.of("Content-Length: many"),
            List.of("Content-Length: +" + body.length()),
            List.of("Content-Length: " + body.length(), "Content-Length: 5"),
            List.of("Content-Length: " + body.length() + ", 5"),
            List.of("Content-Length: 99999999999999999999"))) {
      assertOneAnswer(
          attack,
          RawHttp.exchange(
              SERVER, posted(attack, body, lengths.toArray(String[]::new)).getBytes(US_ASCII)),
          400,
          413);
    }
  }

  @AttackTest("H17")
  void chunksBesideALengthSmuggleNothing(Attack attack) {
    String smuggled = "GET /realms/expensicat/ HTTP/1.1\r\nHost: x\r\n\r\n";
    for (String coding : List.of("chunked", "Chunked", "chunked, identity", "x", " chunked")) {
      RawHttp.Said said =
          RawHttp.exchange(
              SERVER,
              posted(
                      attack,
                      "0\r\n\r\n" + smuggled,
                      "Content-Length: " + (5 + smuggled.length()),
                      "Transfer-Encoding: " + coding,
                      "Connection: close")
                  .getBytes(US_ASCII));
      assertThat(said.statuses()).as(said.text()).hasSizeLessThanOrEqualTo(1);
      assertThat(said.statuses()).allSatisfy(status -> assertThat(status).isBetween(400, 501));
      assertThat(said.text()).doesNotContain("public_key");
    }
  }

  @AttackTest("H18")
  void chunksOfNoLengthAreRefused(Attack attack) {
    for (String size : List.of("zz", "-1", "ffffffffffffffff")) {
      RawHttp.Said said =
          RawHttp.exchange(
              SERVER,
              posted(
                      attack,
                      size + "\r\nx\r\n0\r\n\r\n",
                      "Transfer-Encoding: chunked",
                      "Connection: close")
                  .getBytes(US_ASCII));
      assertThat(said.statuses()).as(said.text()).hasSizeLessThanOrEqualTo(1);
      assertThat(said.statuses()).allSatisfy(status -> assertThat(status).isBetween(400, 499));
      assertNothingGiven(attack, said);
    }
  }

  @AttackTest("H19")
  void slowBodiesKeepNobodyElseWaiting(Attack attack) throws InterruptedException {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (String type : List.of(FORM, attack.addresses() == Addresses.PACK ? JSON : FORM)) {
        for (int i = 0; i < 20; i++) {
          slow.add(
              RawHttp.to(SERVER)
                  .send(RawHttp.post(token(attack), type, "Content-Length: 1000") + "{"));
        }
      }
      for (int i = 0; i < 3; i++) {
        Instant before = Instant.now();
        Answer answer = TokenClient.anonymous().post(token(attack), tokenRequest(attack));
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(3));
        slow.forEach(connection -> connection.send("\""));
        Thread.sleep(100);
      }
    } finally {
      slow.forEach(RawHttp::close);
    }
  }

  @AttackTest("H20")
  void aNulInTheRequestLineIsRefused(Attack attack) {
    String path = attack.addresses().authorize(SERVER).getRawPath();
    for (Function<String, String> edit :
        List.<Function<String, String>>of(
            p -> p + "?state=\0", p -> p + "\0", p -> "\0" + p, p -> p + "?x=1\r\rX-Evil: 1")) {
      RawHttp.Said said = get(edit.apply(path));
      assertThat(said.statuses()).as(said.text()).hasSize(1);
      assertThat(said.statuses().get(0)).as(said.text()).isBetween(400, 499);
      assertThat(said.text()).doesNotContainPattern("(?m)^X-Evil");
    }
  }

  @AttackTest("H21")
  void aLineBreakInAHeaderAddsNone(Attack attack) {
    URI userinfo = attack.addresses().userinfo(SERVER);
    for (String value :
        List.of("Bearer x\r X-Evil: 1", "Bearer x\n X-Evil: 1", "Bearer x\0", "Bearer \u00ff")) {
      RawHttp.Said said = post(userinfo, FORM, new byte[0], "Authorization: " + value);
      assertOneAnswer(attack, said, 400, 401);
    }
  }
}
