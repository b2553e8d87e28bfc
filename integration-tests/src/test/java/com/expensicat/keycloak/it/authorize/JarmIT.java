package com.expensicat.keycloak.it.authorize;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.jarm.JARMValidator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Authorization responses as a JWT (JARM), taken by a client of others. */
class JarmIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  static Stream<Arguments> modes() {
    return Stream.of(Addresses.values())
        .flatMap(
            addresses ->
                Stream.of("jwt", "query.jwt", "fragment.jwt", "form_post.jwt")
                    .map(mode -> Arguments.of(addresses, mode)));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void aCodeComesInAJwtWithEachClaimOnce(Addresses addresses, String mode) throws Exception {
    Browser browser = new Browser();
    Answer answer = flow(addresses, mode).signIn(browser);

    assertThat(response(browser.acceptWhereAsked(answer), "code")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void soDoesWhatThePackRefuses(Addresses addresses, String mode) throws Exception {
    Answer answer =
        flow(addresses, mode).with("code_challenge_method", "plain").start(new Browser());

    assertThat(response(answer, "error")).isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void soDoesWhatKeycloakRefuses(Addresses addresses, String mode) throws Exception {
    AuthorizationFlow flow = flow(addresses, mode);

    assertThat(response(flow.with("prompt", "none").start(new Browser()), "error"))
        .isEqualTo("login_required");
    assertThat(response(flow.with("scope", "no:such").start(new Browser()), "error"))
        .isEqualTo("invalid_scope");
  }

  private static AuthorizationFlow flow(Addresses addresses, String mode) {
    return authorizeAt(addresses).with("scope", "transactions:read").with("response_mode", mode);
  }

  /** A claim of the response's JWT, which is valid. */
  private static String response(Answer answer, String claim) throws Exception {
    String jwt =
        answer
            .location()
            .map(to -> to.getRawQuery() == null ? to.getRawFragment() : to.getRawQuery())
            .map(parameters -> Parameters.decode(parameters).get("response"))
            .orElseGet(() -> answer.document().select("[name=response]").val());
    SignedJWT response = SignedJWT.parse(jwt);
    assertThat(Json.read(response.getPayload().toString())).as("each claim once").isPresent();
    new JARMValidator(
            new Issuer(SERVER.realmUrl()),
            new ClientID(AuthorizationFlow.DEMO_APP),
            JWSAlgorithm.parse(response.getHeader().getAlgorithm().getName()),
            Addresses.PACK.jwks(SERVER).toURL())
        .validate(response);
    return response.getJWTClaimsSet().getStringClaim(claim);
  }
}
