package com.expensicat.keycloak.examples.api;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Session JWTs of the web application. Its keys sign other tokens too, so what makes a token a
 * session JWT is looked for, as the realm does with the defaults of an issuer.
 */
final class SessionJwts {

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519, JWSAlgorithm.ES256, JWSAlgorithm.RS256);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);
  private static final Duration LONGEST_LIFETIME = Duration.ofHours(1);
  private static final int LONGEST_SUBJECT = 255;
  private static final int SMALLEST_RSA = 2048;

  /** What a session JWT has not: it would be an access, ID, logout or sign-in token, or bound. */
  private static final List<String> OTHER_TOKENS =
      List.of("cnf", "client_id", "azp", "at_hash", "events", "nonce");

  private SessionJwts() {}

  static JwtDecoder decoder(ApiSettings.Session settings, JWKSource<SecurityContext> keys) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector((header, context) -> keys(header, context, keys));
    processor.setJWSVerifierFactory(new Ed25519VerifierFactory());
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtIssuerValidator(settings.issuer()),
            new JwtAudienceValidator(settings.audience()),
            new JwtTimestampValidator(CLOCK_SKEW),
            SessionJwts::isSession));
    return decoder;
  }

  /** The key that the header names; without a name, the only one that fits. */
  private static List<? extends Key> keys(
      JWSHeader header, SecurityContext context, JWKSource<SecurityContext> source)
      throws KeySourceException {
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      return List.of();
    }
    List<JWK> fitting = source.get(new JWKSelector(matcher(header)), context);
    if (fitting.size() != 1
        || (fitting.get(0) instanceof RSAKey key && key.size() < SMALLEST_RSA)) {
      return List.of();
    }
    return fitting.get(0) instanceof OctetKeyPair key
        ? List.of(Ed25519VerifierFactory.publicKey(key))
        : KeyConverter.toJavaKeys(fitting);
  }

  /** Nimbus's own for a header does not look at the curve, and not at Ed25519's other name. */
  private static JWKMatcher matcher(JWSHeader header) {
    JWKMatcher.Builder matcher =
        new JWKMatcher.Builder(JWKMatcher.forJWSHeader(header))
            .curves(Curve.forJWSAlgorithm(header.getAlgorithm()));
    return Ed25519VerifierFactory.ALGORITHMS.contains(header.getAlgorithm())
        ? matcher
            .curve(Curve.Ed25519)
            .algorithms(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519, null)
            .build()
        : matcher.build();
  }

  private static OAuth2TokenValidatorResult isSession(Jwt jwt) {
    Instant issuedAt = jwt.getIssuedAt();
    Instant expiresAt = jwt.getExpiresAt();
    String subject = jwt.getSubject();
    boolean is =
        issuedAt != null
            && expiresAt != null
            && !issuedAt.isAfter(Instant.now().plus(CLOCK_SKEW))
            && !expiresAt.isAfter(issuedAt.plus(LONGEST_LIFETIME))
            && subject != null
            && !subject.isEmpty()
            && subject.length() <= LONGEST_SUBJECT
            && subject.chars().noneMatch(Character::isISOControl)
            && (!jwt.hasClaim("scope") || jwt.getClaim("scope") instanceof String)
            && jwt.hasClaim("email")
            && OTHER_TOKENS.stream().noneMatch(jwt::hasClaim);
    return is
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(
            new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "Not a session JWT", null));
  }
}
