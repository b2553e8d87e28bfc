package com.expensicat.keycloak.clients.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.security.core.SpringSecurityCoreVersion;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.RefreshTokenOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** What the application shows, all of it as JSON; tokens too, for whoever tests it. */
@RestController
class Pages {

  private static final String REGISTRATION = "expensicat";

  /** However long a token is good for still, it is renewed when asked. */
  private static final Duration AT_ONCE = Duration.ofDays(1);

  private final OAuth2AuthorizedClientRepository clients;

  Pages(OAuth2AuthorizedClientRepository clients) {
    this.clients = clients;
  }

  /** Who signed in, and with what; and which Spring Security this is. */
  record SignedIn(String subject, Set<String> scopes, String accessToken, String version) {}

  /** What came of a request to the server: the error that it answered, or null. */
  record Outcome(String error) {}

  @GetMapping("/")
  SignedIn home(
      @AuthenticationPrincipal OidcUser person,
      @RegisteredOAuth2AuthorizedClient(REGISTRATION) OAuth2AuthorizedClient client) {
    return new SignedIn(
        person.getSubject(),
        client.getAccessToken().getScopes(),
        client.getAccessToken().getTokenValue(),
        SpringSecurityCoreVersion.getVersion());
  }

  /** The metadata that Spring has read of the issuer (OpenID Connect Discovery). */
  @GetMapping("/metadata")
  Map<String, Object> metadata(
      @RegisteredOAuth2AuthorizedClient(REGISTRATION) OAuth2AuthorizedClient client) {
    return client.getClientRegistration().getProviderDetails().getConfigurationMetadata();
  }

  /** Refreshes the tokens (RFC 6749 6). */
  @GetMapping("/refresh")
  Outcome refresh(
      OAuth2AuthenticationToken person,
      @RegisteredOAuth2AuthorizedClient(REGISTRATION) OAuth2AuthorizedClient client,
      HttpServletRequest request,
      HttpServletResponse response) {
    RefreshTokenOAuth2AuthorizedClientProvider provider =
        new RefreshTokenOAuth2AuthorizedClientProvider();
    provider.setClockSkew(AT_ONCE);
    try {
      OAuth2AuthorizedClient refreshed =
          provider.authorize(
              OAuth2AuthorizationContext.withAuthorizedClient(client).principal(person).build());
      clients.saveAuthorizedClient(refreshed, person, request, response);
      return new Outcome(null);
    } catch (OAuth2AuthorizationException e) {
      return new Outcome(e.getError().getErrorCode());
    }
  }

  /** Revokes the refresh token (RFC 7009), for which Spring Security has nothing of its own. */
  @GetMapping("/revoke")
  Outcome revoke(@RegisteredOAuth2AuthorizedClient(REGISTRATION) OAuth2AuthorizedClient client) {
    OAuth2RefreshToken token = client.getRefreshToken();
    MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("client_id", client.getClientRegistration().getClientId());
    form.add("token", token.getTokenValue());
    form.add("token_type_hint", "refresh_token");
    return RestClient.create()
        .post()
        .uri((String) metadata(client).get("revocation_endpoint"))
        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
        .body(form)
        .exchange(
            (request, answer) ->
                new Outcome(
                    answer.getStatusCode().is2xxSuccessful()
                        ? null
                        : answer.getStatusCode().toString()));
  }

  /** The API: what an access token is good for. */
  @GetMapping("/api/transactions")
  Map<String, String> transactions(@AuthenticationPrincipal Jwt token) {
    return Map.of("subject", token.getSubject(), "client", token.getClaimAsString("client_id"));
  }
}
