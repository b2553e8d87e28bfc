package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.Optional;

/** The OAuth 2.0 SDK of Nimbus as a confidential client. */
final class NimbusClient implements ForeignClient {

  private final ObjectNode settings;
  private final ClientAuthentication authentication;
  private OIDCProviderMetadata metadata;
  private RefreshToken refreshToken;

  NimbusClient(ObjectNode settings) {
    this.settings = settings;
    this.authentication =
        new ClientSecretPost(
            new ClientID(settings.path("clientId").asText()),
            new Secret(settings.path("clientSecret").asText()));
  }

  @Override
  public Login logIn(Person person) {
    try {
      return login(person);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Login login(Person person) throws Exception {
    metadata = OIDCProviderMetadata.resolve(new Issuer(settings.path("issuer").asText()));
    URI redirectUri = URI.create(settings.path("redirectUri").asText());
    ClientID clientId = authentication.getClientID();
    CodeVerifier codeVerifier = new CodeVerifier();
    Nonce nonce = new Nonce();
    State state = new State();
    URI request =
        new AuthenticationRequest.Builder(
                ResponseType.CODE,
                Scope.parse(settings.path("scope").asText()),
                clientId,
                redirectUri)
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .state(state)
            .nonce(nonce)
            .codeChallenge(codeVerifier, CodeChallengeMethod.S256)
            .build()
            .toURI();
    assertThat(request.toString())
        .startsWith(Addresses.PACK.authorize(KeycloakServer.shared()) + "?");
    AuthorizationSuccessResponse callback =
        AuthenticationResponseParser.parse(new Browser().grant(request, person))
            .toSuccessResponse();
    assertThat(callback.getState()).isEqualTo(state);
    assertThat(callback.getIssuer()).isEqualTo(metadata.getIssuer());
    AuthorizationCode code = callback.getAuthorizationCode();
    OIDCTokenResponse tokens =
        success(tokens(new AuthorizationCodeGrant(code, redirectUri, codeVerifier)));
    String subject =
        new IDTokenValidator(
                metadata.getIssuer(), clientId, JWSAlgorithm.RS256, metadata.getJWKSetURI().toURL())
            .validate(tokens.getOIDCTokens().getIDToken(), nonce)
            .getSubject()
            .getValue();
    return new Login(clientId.getValue(), subject, accessToken(tokens));
  }

  @Override
  public Optional<String> refresh() {
    TokenResponse response = tokens(new RefreshTokenGrant(refreshToken));
    if (response.indicatesSuccess()) {
      return Optional.of(accessToken(success(response)));
    }
    assertThat(response.toErrorResponse().getErrorObject()).isEqualTo(OAuth2Error.INVALID_GRANT);
    return Optional.empty();
  }

  private TokenResponse tokens(AuthorizationGrant grant) {
    try {
      return OIDCTokenResponseParser.parse(
          new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, grant)
              .build()
              .toHTTPRequest()
              .send());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static OIDCTokenResponse success(TokenResponse response) {
    assertThat(response.indicatesSuccess())
        .as(() -> response.toErrorResponse().toJSONObject().toJSONString())
        .isTrue();
    return (OIDCTokenResponse) response.toSuccessResponse();
  }

  private String accessToken(OIDCTokenResponse tokens) {
    refreshToken = tokens.getTokens().getRefreshToken();
    return tokens.getTokens().getAccessToken().getValue();
  }

  @Override
  public void revoke() {
    try {
      assertThat(
              new TokenRevocationRequest(
                      metadata.getRevocationEndpointURI(), authentication, refreshToken)
                  .toHTTPRequest()
                  .send()
                  .indicatesSuccess())
          .isTrue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String version() {
    return TokenRequest.class.getPackage().getImplementationVersion();
  }

  @Override
  public void close() {}
}
