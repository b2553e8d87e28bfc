package com.expensicat.keycloak.peers.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Clients, people and lifetimes; the rest is Spring Boot's. */
@Configuration
class Configured {

  @Bean
  RegisteredClientRepository clients(
      Store store,
      @Value("${peer.secret}") String secret,
      @Value("${peer.redirect-uri}") String redirectUri,
      @Value("${peer.scopes}") String[] scopes) {
    RegisteredClient.Builder application =
        client("load", secret)
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
            .redirectUri(redirectUri)
            .scope(OidcScopes.OPENID)
            .clientSettings(
                ClientSettings.builder()
                    .requireAuthorizationConsent(true)
                    .requireProofKey(true)
                    .build())
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenTimeToLive(Duration.ofMinutes(5))
                    .refreshTokenTimeToLive(Duration.ofDays(90))
                    .reuseRefreshTokens(false)
                    .build());
    for (String scope : scopes) {
      application.scope(scope);
    }
    JdbcRegisteredClientRepository clients = new JdbcRegisteredClientRepository(store.jdbc());
    clients.save(application.build());
    clients.save(
        client("api", secret)
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .build());
    return clients;
  }

  /** No two clients may have the same secret. */
  private static RegisteredClient.Builder client(String id, String secret) {
    return RegisteredClient.withId(id)
        .clientId(id)
        .clientSecret(id + '-' + secret)
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
  }

  /** Compares plainly: what guards short passwords would cost a hundred times the rest. */
  @Bean
  PasswordEncoder secrets() {
    return new PasswordEncoder() {
      @Override
      public String encode(CharSequence secret) {
        return secret.toString();
      }

      @Override
      public boolean matches(CharSequence shown, String secret) {
        return MessageDigest.isEqual(encode(shown).getBytes(UTF_8), secret.getBytes(UTF_8));
      }
    };
  }

  @Bean
  OAuth2AuthorizationService authorizations(Store store, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationService(store.jdbc(), clients);
  }

  @Bean
  OAuth2AuthorizationConsentService consents(Store store, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationConsentService(store.jdbc(), clients);
  }

  @Bean
  UserDetailsService people(
      @Value("${peer.people}") int count, @Value("${peer.password}") String password) {
    return new InMemoryUserDetailsManager(
        IntStream.range(0, count)
            .mapToObj(n -> User.withUsername("person-" + n).password(password).build())
            .toList());
  }
}
