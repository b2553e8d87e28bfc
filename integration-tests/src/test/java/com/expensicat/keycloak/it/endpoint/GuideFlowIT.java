package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public guide, step by step: authorize, exchange the code, read the token. */
class GuideFlowIT {

  private static final String API = "expensicat-api";
  private static final List<String> TWO_SCOPES = List.of("transactions:read", "invoices:write");

  private final KeycloakServer server = KeycloakServer.shared();

  @ParameterizedTest
  @CsvSource({"PACK,JSON", "PACK,FORM", "KEYCLOAK,FORM"})
  void theGuidesFlowGivesAnAccessTokenForExactlyTheScopesAskedFor(
      Addresses addresses, BodyKind kind) throws ParseException {
    AuthorizationFlow flow = authorizeAt(addresses).scope(TWO_SCOPES);

    Parameters callback = flow.callback(new Browser());
    Answer answer =
        TokenClient.anonymous()
            .post(addresses.token(server), kind, flow.tokenRequest(callback.get("code")));

    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(callback.get("iss")).isEqualTo(server.realmUrl());
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    assertThat(answer.headers().allValues("Pragma")).containsExactly("no-cache");
    JsonNode tokens = answer.json();
    assertThat(tokens.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(tokens.path("expires_in").asLong()).isBetween(298L, 300L);
    assertThat(tokens.path("refresh_token").asText()).isNotEmpty();
    assertThat(tokens.path("scope").asText().split(" "))
        .containsExactlyInAnyOrderElementsOf(TWO_SCOPES);
    SignedJWT accessToken = SignedJWT.parse(tokens.path("access_token").asText());
    assertThat(accessToken.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
    JWTClaimsSet claims = accessToken.getJWTClaimsSet();
    assertThat(claims.getStringClaim("client_id")).isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(claims.getIssuer()).isEqualTo(server.realmUrl());
    assertThat(claims.getSubject()).isEqualTo(server.admin().user("demo").get("id").asText());
    assertThat(claims.getAudience()).contains(API);
    assertThat(claims.getStringClaim("scope").split(" "))
        .containsExactlyInAnyOrderElementsOf(TWO_SCOPES);
  }

  @ParameterizedTest
  @CsvSource({"PACK,JSON", "PACK,FORM", "KEYCLOAK,FORM"})
  void allScopesOfTheGuideCanBeGrantedAtOnce(Addresses addresses, BodyKind kind) {
    Answer answer = authorizeAt(addresses).scope(ScopeTable.SCOPES).tokens(new Browser(), kind);

    assertThat(ScopeTable.SCOPES).hasSize(13);
    assertThat(answer.json().path("scope").asText().split(" "))
        .as(answer::summary)
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
  }

  @Test
  void aClientThatKnowsOnlyTheMetadataGetsTokensAndRefreshesThem() throws Exception {
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.resolve(new Issuer(server.realmUrl()));
    ClientID clientId = new ClientID(AuthorizationFlow.DEMO_APP);
    URI redirectUri = URI.create(AuthorizationFlow.CALLBACK);
    Scope scope = Scope.parse(TWO_SCOPES);
    CodeVerifier codeVerifier = new CodeVerifier();
    State state = new State();
    AuthorizationRequest request =
        new AuthorizationRequest.Builder(ResponseType.CODE, clientId)
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .redirectionURI(redirectUri)
            .scope(scope)
            .state(state)
            .codeChallenge(codeVerifier, CodeChallengeMethod.S256)
            .build();

    AuthorizationSuccessResponse callback =
        AuthorizationResponse.parse(new Browser().grant(request.toURI(), Person.DEMO))
            .toSuccessResponse();
    AccessTokenResponse first =
        send(
            new TokenRequest.Builder(
                metadata.getTokenEndpointURI(),
                clientId,
                new AuthorizationCodeGrant(
                    callback.getAuthorizationCode(), redirectUri, codeVerifier)));
    AccessTokenResponse second =
        send(
            new TokenRequest.Builder(
                metadata.getTokenEndpointURI(),
                clientId,
                new RefreshTokenGrant(first.getTokens().getRefreshToken())));

    assertThat(metadata.getAuthorizationEndpointURI()).isEqualTo(Addresses.PACK.authorize(server));
    assertThat(metadata.getTokenEndpointURI()).isEqualTo(Addresses.PACK.token(server));
    assertThat(callback.getState()).isEqualTo(state);
    assertThat(callback.getIssuer()).isEqualTo(metadata.getIssuer());
    for (AccessTokenResponse response : List.of(first, second)) {
      assertThat(response.getTokens().getAccessToken().getScope()).isEqualTo(scope);
      String accessToken = response.getTokens().getAccessToken().getValue();
      assertThat(verifier(metadata).process(accessToken, null).getAudience()).contains(API);
    }
  }

  private static AccessTokenResponse send(TokenRequest.Builder request) throws Exception {
    TokenResponse response = TokenResponse.parse(request.build().toHTTPRequest().send());
    assertThat(response.indicatesSuccess())
        .as(() -> response.toErrorResponse().toJSONObject().toJSONString())
        .isTrue();
    return response.toSuccessResponse();
  }

  /** A resource server's check of an access token (RFC 9068 4), with the keys of the metadata. */
  private static DefaultJWTProcessor<SecurityContext> verifier(AuthorizationServerMetadata metadata)
      throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.RS256,
            JWKSourceBuilder.create(
                    metadata.getJWKSetURI().toURL(), new DefaultResourceRetriever(10_000, 10_000))
                .build()));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            new JWTClaimsSet.Builder().issuer(metadata.getIssuer().getValue()).build(),
            Set.of("sub", "aud", "exp", "iat", "jti", "client_id")));
    return processor;
  }
}
