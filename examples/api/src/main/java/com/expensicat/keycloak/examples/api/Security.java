package com.expensicat.keycloak.examples.api;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.preauth.AbstractPreAuthenticatedProcessingFilter;

/** Each endpoint wants its scope, whichever way a token is verified. */
@Configuration
class Security {

  static final String AUTHORITY = "SCOPE_";

  private final Challenges challenges;

  Security(Challenges challenges) {
    this.challenges = challenges;
  }

  /** The API verifies the tokens itself, by their issuers' keys. */
  @Bean
  @Profile("!gateway")
  SecurityFilterChain byKeys(HttpSecurity http, Tokens tokens) throws Exception {
    return common(http)
        .oauth2ResourceServer(
            server ->
                server
                    .jwt(
                        jwt ->
                            jwt.decoder(tokens.decoder())
                                .jwtAuthenticationConverter(tokens::authentication))
                    .dPoP(
                        dPoP ->
                            dPoP.authenticationFailureHandler(
                                new AuthenticationEntryPointFailureHandler(challenges)))
                    .authenticationEntryPoint(challenges)
                    .accessDeniedHandler(challenges))
        .build();
  }

  /** The gateway in front has asked {@code check}, and says what it was told. */
  @Bean
  @Profile("gateway")
  SecurityFilterChain byGateway(HttpSecurity http) throws Exception {
    return common(http)
        .addFilterAt(new GatewayFilter(), AbstractPreAuthenticatedProcessingFilter.class)
        .build();
  }

  private HttpSecurity common(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(
            requests -> {
              for (Endpoint endpoint : Endpoint.values()) {
                requests
                    .requestMatchers(endpoint.requests())
                    .hasAuthority(AUTHORITY + endpoint.scope());
              }
              requests.requestMatchers("/error").permitAll().anyRequest().authenticated();
            })
        .exceptionHandling(
            handling ->
                handling.authenticationEntryPoint(challenges).accessDeniedHandler(challenges))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
  }
}
