package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.common.Profile;
import org.keycloak.services.util.DPoPUtil;
import org.keycloak.util.TokenUtil;

/**
 * The token of a request's {@code Authorization} header.
 *
 * @param scheme how it is shown
 * @param value the token itself
 */
public record PresentedToken(Scheme scheme, String value) {

  private static final Pattern SCHEME_AND_TOKEN = Pattern.compile("\\S+ +(\\S+) *");

  /** The ways to show a token. */
  public enum Scheme {
    /** RFC 6750 2.1. */
    BEARER(TokenUtil.TOKEN_TYPE_BEARER),

    /** With a proof of the key that the token is bound to (RFC 9449 7.1). */
    DPOP(DPoPUtil.DPOP_SCHEME);

    private final String text;

    Scheme(String text) {
      this.text = text;
    }

    /** The scheme as challenges write it. */
    public String text() {
      return text;
    }

    private boolean begins(String authorization) {
      return authorization.regionMatches(true, 0, text, 0, text.length())
          && (this != DPOP || Profile.isFeatureEnabled(Profile.Feature.DPOP));
    }
  }

  /**
   * The token that the headers show; absent where they show none.
   *
   * @throws IllegalArgumentException if there is more than one {@code Authorization} header, or no
   *     token after the scheme
   */
  public static Optional<PresentedToken> of(HttpHeaders headers) {
    return authorization(headers).flatMap(PresentedToken::read);
  }

  /**
   * The {@code Authorization} header; absent where there is none.
   *
   * @throws IllegalArgumentException if there is more than one
   */
  static Optional<String> authorization(HttpHeaders headers) {
    List<String> all = headers.getRequestHeader(HttpHeaders.AUTHORIZATION);
    if (all != null && all.size() > 1) {
      throw new IllegalArgumentException("More than one Authorization header");
    }
    return Stream.ofNullable(all).flatMap(List::stream).findFirst();
  }

  private static Optional<PresentedToken> read(String authorization) {
    return Arrays.stream(Scheme.values())
        .filter(scheme -> scheme.begins(authorization))
        .findFirst()
        .map(scheme -> new PresentedToken(scheme, token(authorization, scheme)));
  }

  private static String token(String authorization, Scheme scheme) {
    Matcher parts = SCHEME_AND_TOKEN.matcher(authorization);
    if (!parts.matches() || authorization.charAt(scheme.text().length()) != ' ') {
      throw new IllegalArgumentException("The Authorization header has no token");
    }
    return parts.group(1);
  }

  public boolean isBearer() {
    return scheme == Scheme.BEARER;
  }
}
