package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.session.BetterAuth;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.SignedJWT;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jsoup.nodes.FormElement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The issuer of session JWTs alone, without a Keycloak. */
class BetterAuthIT {

  private static final String REALM_ISSUER = "http://localhost:1/realms/expensicat";
  private static final String BROKER_ENDPOINT = REALM_ISSUER + "/broker/expensicat/endpoint";
  private static final String PASSWORD = "correct horse battery";

  /** A {@code SubjectPublicKeyInfo} of Ed25519 up to the key itself (RFC 8410 4). */
  private static final String ED25519_PREFIX = "302a300506032b6570032100";

  private static BetterAuth betterAuth;

  @BeforeAll
  static void start() {
    betterAuth = BetterAuth.start(REALM_ISSUER);
  }

  @AfterAll
  static void stop() {
    if (betterAuth != null) {
      betterAuth.close();
    }
  }

  @Test
  void aSessionJwtIsAsTheContractDescribesIt() throws Exception {
    BetterAuth.Session session = signUp();

    String jwt = session.sessionJwt();
    JsonNode claims = Jwt.claims(jwt);

    assertThat(SignedJWT.parse(jwt).getHeader().toJSONObject())
        .containsEntry("alg", "EdDSA")
        .containsOnlyKeys("alg", "kid");
    assertThat(claims.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(
            "iss",
            "aud",
            "sub",
            "iat",
            "exp",
            "email",
            "emailVerified",
            "name",
            "id",
            "createdAt",
            "updatedAt",
            "org",
            "org_name",
            "orgs");
    assertThat(claims.path("iss").asText()).isEqualTo(betterAuth.issuer());
    assertThat(claims.path("aud").asText()).isEqualTo(betterAuth.issuer());
    assertThat(claims.path("sub").asText()).matches("[A-Za-z0-9]{32}").isEqualTo(session.subject());
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(15 * 60);
    assertThat(claims.path("email").asText()).isEqualTo(session.email());
    assertThat(claims.path("emailVerified").isBoolean()).isTrue();
    assertThat(isPublished(jwt)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "RS256"})
  void aSessionJwtIsSignedWithTheAlgorithmOfTheSettings(String algorithm) throws Exception {
    try (BetterAuth other = BetterAuth.start(REALM_ISSUER, Map.of("KEY_ALGORITHM", algorithm))) {
      SignedJWT jwt =
          SignedJWT.parse(other.signUp("Ada", "ada@expensicat.test", PASSWORD).sessionJwt());

      assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
      assertThat(verifies(jwt, keys(other).getKeyByKeyId(jwt.getHeader().getKeyID()))).isTrue();
    }
  }

  @Test
  void theDemoPersonSignsIn() throws ParseException {
    String jwt = betterAuth.signIn("erika@expensicat.test", "erika-demo-password").sessionJwt();

    assertThat(Jwt.claims(jwt).path("name").asText()).isEqualTo("Erika Expensicat");
    assertThat(Jwt.claims(jwt).path("emailVerified").asBoolean()).isTrue();
  }

  @Test
  void anEmailIsVerifiedWhenTheTestSaysSo() throws ParseException {
    BetterAuth.Session session = signUp();
    boolean before = Jwt.claims(session.sessionJwt()).path("emailVerified").asBoolean();

    betterAuth.verifyEmail(session.email());

    assertThat(before).isFalse();
    assertThat(Jwt.claims(session.sessionJwt()).path("emailVerified").asBoolean()).isTrue();
  }

  @Test
  void afterARotationOldAndNewTokensVerify() throws Exception {
    BetterAuth.Session session = signUp();
    String old = session.sessionJwt();

    betterAuth.rotate(false);
    String young = session.sessionJwt();

    assertThat(keyId(young)).isNotEqualTo(keyId(old));
    assertThat(isPublished(old)).isTrue();
    assertThat(isPublished(young)).isTrue();
  }

  @Test
  void aKeyThatIsWithdrawnIsGoneAtOnce() throws Exception {
    BetterAuth.Session session = signUp();
    String old = session.sessionJwt();

    betterAuth.rotate(true);
    JWKSet published = keys(betterAuth);
    String young = session.sessionJwt();

    assertThat(published.getKeys()).extracting(JWK::getKeyID).containsExactly(keyId(young));
    assertThat(isPublished(old)).isFalse();
    assertThat(isPublished(young)).isTrue();
  }

  @Test
  void theHandOverOfASessionPostsAnAssertionForTheRealm() throws Exception {
    BetterAuth.Session session = signUp();
    Parameters request = handOver();

    Answer page = session.browser().get(address(request));
    Parameters posted = posted(page);
    String assertion = posted.get("assertion");
    JsonNode claims = Jwt.claims(assertion);

    assertThat(posted.names()).containsExactly("state", "assertion");
    assertThat(posted.get("state")).isEqualTo(request.get("state"));
    assertThat(isPublished(assertion)).isTrue();
    assertThat(claims.path("iss").asText()).isEqualTo(betterAuth.issuer());
    assertThat(claims.path("aud").asText()).isEqualTo(REALM_ISSUER);
    assertThat(claims.path("nonce").asText()).isEqualTo(request.get("nonce"));
    assertThat(claims.path("sub").asText()).isEqualTo(session.subject());
    assertThat(claims.path("email").asText()).isEqualTo(session.email());
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(120);
    assertThat(page.header("Cache-Control")).hasValue("no-store");
    assertThat(page.header("Referrer-Policy")).hasValue("no-referrer");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; ")
        .contains("; frame-ancestors 'none'; ");
  }

  @Test
  void theHandOverWithoutASessionAsksWhoIsThere() throws ParseException {
    BetterAuth.Session session = signUp();
    Browser browser = new Browser();
    Parameters request = handOver();

    Answer page = browser.get(address(request));
    Answer wrong = betterAuth.signIn(browser, page, session.email(), "wrong password");
    Answer right = betterAuth.signIn(browser, wrong, session.email(), PASSWORD);
    Parameters posted = posted(browser.follow(right));

    assertThat(page.status()).isEqualTo(200);
    assertThat(wrong.document().select("[role=alert]").text()).contains("wrong");
    assertThat(right.status()).as(right::summary).isEqualTo(303);
    assertThat(posted.get("state")).isEqualTo(request.get("state"));
    assertThat(Jwt.claims(posted.get("assertion")).path("nonce").asText())
        .isEqualTo(request.get("nonce"));
    assertThat(Jwt.claims(posted.get("assertion")).path("sub").asText())
        .isEqualTo(session.subject());
  }

  @Test
  void theHandOverThatMayNotAskSaysThatNobodyIsThere() {
    Parameters request = handOver().with("prompt", "none");

    Parameters posted = posted(new Browser().get(address(request)));

    assertThat(posted)
        .isEqualTo(Parameters.of("state", request.get("state"), "error", "login_required"));
  }

  @Test
  void whatTheHandOverIsGivenIsNoMarkup() {
    String markup = "\"'><script>alert(1)</script>&amp;";
    Parameters request = Parameters.of("state", markup, "nonce", markup);

    Answer page = new Browser().get(address(request));
    Answer silent = new Browser().get(address(request.with("prompt", "none")));

    assertThat(page.document().select("script")).isEmpty();
    assertThat(page.document().select("[name=nonce]").val()).isEqualTo(markup);
    assertThat(silent.document().select("script")).hasSize(1);
    assertThat(posted(silent).get("state")).isEqualTo(markup);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "state=1", "nonce=1", "state=&nonce=1", "state=1&state=2&nonce=1"})
  void aHandOverWithoutOneStateAndOneNonceIsRefused(String query) {
    Answer page = signUp().browser().get(URI.create(betterAuth.handOverUrl() + "?" + query));

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.document().select("form")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.test", "null", ""})
  void noOtherSiteSignsAnybodyIn(String origin) {
    BetterAuth.Session session = signUp();
    Browser browser = new Browser();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(betterAuth.issuer() + "/sign-in"))
            .header("Content-Type", BodyKind.FORM.mediaType())
            .POST(
                BodyPublishers.ofString(
                    Parameters.of("email", session.email(), "password", PASSWORD).encoded()));

    Answer answer = browser.send(origin.isEmpty() ? request : request.header("Origin", origin));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(browser.cookies().all()).isEmpty();
  }

  @Test
  void itIsGoneWhenItIsStopped() {
    BetterAuth other = BetterAuth.start(REALM_ISSUER);

    other.stop();

    assertThatThrownBy(() -> new Browser().get(URI.create(other.jwksUrl())))
        .hasCauseInstanceOf(ConnectException.class);
  }

  private static BetterAuth.Session signUp() {
    return betterAuth.signUp("Ada", UUID.randomUUID() + "@expensicat.test", PASSWORD);
  }

  private static Parameters handOver() {
    return Parameters.of(
        "state", UUID.randomUUID().toString(), "nonce", UUID.randomUUID().toString());
  }

  private static URI address(Parameters request) {
    return URI.create(betterAuth.handOverUrl() + "?" + request.encoded());
  }

  /** What the page would post to the realm, by itself or by its button. */
  private static Parameters posted(Answer page) {
    FormElement form = page.form("form").orElseThrow(() -> new AssertionError(page.summary()));
    assertThat(form.attr("method")).isEqualToIgnoringCase("post");
    assertThat(form.attr("action")).isEqualTo(BROKER_ENDPOINT);
    assertThat(form.select("button").text()).isEqualTo("Continue");
    return new Parameters(
        form.formData().stream()
            .map(field -> new Parameters.Parameter(field.key(), field.value()))
            .toList());
  }

  private static String keyId(String jwt) throws ParseException {
    return SignedJWT.parse(jwt).getHeader().getKeyID();
  }

  /** Whether the JWKS, as it is now, holds the key of that JWT, and the signature is right. */
  private static boolean isPublished(String jwt) throws Exception {
    JWK key = keys(betterAuth).getKeyByKeyId(keyId(jwt));
    return key != null && verifies(SignedJWT.parse(jwt), key);
  }

  private static JWKSet keys(BetterAuth issuer) throws ParseException {
    return JWKSet.parse(new Browser().get(URI.create(issuer.jwksUrl())).body());
  }

  private static boolean verifies(SignedJWT jwt, JWK key)
      throws GeneralSecurityException, JOSEException {
    if (key instanceof OctetKeyPair pair) {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey(pair));
      signature.update(jwt.getSigningInput());
      return signature.verify(jwt.getSignature().decode());
    }
    PublicKey publicKey = ((AsymmetricJWK) key).toPublicKey();
    return jwt.verify(
        new DefaultJWSVerifierFactory().createJWSVerifier(jwt.getHeader(), publicKey));
  }

  /** Nimbus itself needs a further library for this curve; the JDK does not. */
  private static PublicKey publicKey(OctetKeyPair pair) throws GeneralSecurityException {
    byte[] encoded =
        HexFormat.of().parseHex(ED25519_PREFIX + HexFormat.of().formatHex(pair.getDecodedX()));
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
