package com.expensicat.keycloak.examples.api;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.SignedJWT;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.annotation.Profile;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.stereotype.Component;

/** Access tokens and session JWTs, each verified by the keys of its issuer; and whose they are. */
@Component
@Profile("!gateway")
class Tokens {

  private static final List<SignatureAlgorithm> REALM_ALGORITHMS =
      List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.ES256);
  private static final String CONFIRMATION = "cnf";
  private static final int LONGEST_TOKEN = 8192;
  private static final int TIMEOUT_MILLIS = 3000;
  private static final int LARGEST_JWKS_BYTES = 100_000;

  private final ApiSettings settings;

  Tokens(ApiSettings settings) {
    this.settings = settings;
  }

  /** Verifies a token of whichever of the two issuers it names. */
  JwtDecoder decoder() {
    Map<String, JwtDecoder> decoders = new HashMap<>();
    decoders.put(settings.issuer(), accessTokens());
    if (settings.session().isTrusted()) {
      decoders.put(
          settings.session().issuer(),
          SessionJwts.decoder(settings.session(), keys(settings.session().jwksUrl())));
    }
    return token -> {
      JwtDecoder decoder = decoders.get(issuer(token));
      if (decoder == null) {
        throw new BadJwtException("The issuer is not known");
      }
      return decoder.decode(token);
    };
  }

  /**
   * Access tokens of the realm for this API (RFC 9068). One that is bound to a key wants a proof,
   * which Spring Security sees to (RFC 9449); for one that is bound to anything else there is none.
   */
  private JwtDecoder accessTokens() {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSource(keys(settings.jwksUrl()))
            .jwsAlgorithms(algorithms -> algorithms.addAll(REALM_ALGORITHMS))
            .build();
    decoder.setJwtValidator(
        JwtValidators.createAtJwtValidator()
            .issuer(settings.issuer())
            .audience(settings.audience())
            .validators(all -> all.put(CONFIRMATION, Tokens::isBoundToAKeyOrToNothing))
            .build());
    return decoder;
  }

  private static OAuth2TokenValidatorResult isBoundToAKeyOrToNothing(Jwt jwt) {
    Map<String, Object> bonds = jwt.getClaimAsMap(CONFIRMATION);
    return bonds == null || (bonds.get("jkt") instanceof String && !bonds.containsKey("x5t#S256"))
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(
            new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "Nobody can prove it here", null));
  }

  private static JWKSource<SecurityContext> keys(String url) {
    try {
      return new PublishedKeys(
          JWKSourceBuilder.create(
                  URI.create(url).toURL(),
                  new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, LARGEST_JWKS_BYTES))
              .build());
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What the token says of itself; nobody has verified it yet. */
  private static String issuer(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (token.length() > LONGEST_TOKEN
          || !Stream.of(jwt.getParsedParts()).allMatch(Tokens::isWrittenAsItIsRead)) {
        throw new BadJwtException("Too long, or not in base64url without padding");
      }
      return jwt.getJWTClaimsSet().getIssuer();
    } catch (ParseException e) {
      throw new BadJwtException("Not a signed JWT", e);
    }
  }

  /** Nimbus passes over padding, and over bits that mean nothing (RFC 4648 3.5). */
  private static boolean isWrittenAsItIsRead(Base64URL part) {
    return Base64URL.encode(part.decode()).equals(part);
  }

  /** Who comes with a verified token, and with which scopes. */
  AbstractAuthenticationToken authentication(Jwt jwt) {
    boolean isSession = settings.session().issued(jwt.getClaimAsString("iss"));
    Caller caller =
        Caller.of(
            jwt.getClaimAsString("org"),
            isSession ? jwt.getSubject() : jwt.getClaimAsString("expensicat_sub"),
            jwt.getSubject());
    return new JwtAuthenticationToken(
        jwt,
        caller,
        scopes(jwt, isSession).stream()
            .map(scope -> new SimpleGrantedAuthority(Security.AUTHORITY + scope))
            .toList());
  }

  /** An access token's are in its claim; a session stands for all, or those that it names. */
  private static List<String> scopes(Jwt jwt, boolean isSession) {
    if (isSession && !jwt.hasClaim("scope")) {
      return Stream.of(Endpoint.values()).map(Endpoint::scope).toList();
    }
    return List.of(Objects.toString(jwt.getClaimAsString("scope"), "").split(" ", -1));
  }
}
