package com.expensicat.keycloak.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.PersonClaims;
import com.expensicat.keycloak.TokenUse;
import com.expensicat.keycloak.session.AcceptedSession;
import com.expensicat.keycloak.session.RefusalReason;
import com.expensicat.keycloak.session.SessionDecision;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.SessionUse;
import com.expensicat.keycloak.token.AccessTokenCheck;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AccessToken;

/**
 * One decision for a gateway (nginx {@code auth_request}, Traefik ForwardAuth, Caddy) that stands
 * in front of the API: 200 with headers that say who it is, 401 or 403 with a challenge (RFC 6750
 * 3). Only the {@code Authorization} header counts.
 */
final class CheckEndpoint {

  private static final String HEADER = "X-Auth-Request-";

  /** A scope-token of RFC 6749 3.3, which needs no escaping in a challenge. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private final KeycloakSession session;
  private final String audience;
  private final EventBuilder event;

  /**
   * @param audience the {@code aud} that an access token must have
   */
  CheckEndpoint(KeycloakSession session, String audience, EventBuilder event) {
    this.session = session;
    this.audience = audience;
    this.event = event.event(EventType.INTROSPECT_TOKEN);
  }

  /** What a token lets its bearer do, and who that is; texts are empty where there is nothing. */
  private record Bearer(
      String user,
      String subject,
      String client,
      List<String> scopes,
      String tokenUse,
      String organization) {

    static Bearer of(AcceptedSession session) {
      return new Bearer(
          session.user().getId(),
          session.subject(),
          "",
          session.scopes(),
          TokenUse.SESSION,
          session.organization().orElse(""));
    }

    static Bearer of(AccessToken token) {
      return new Bearer(
          text(token.getSubject()),
          text(token.getOtherClaims().get(PersonClaims.SUBJECT)),
          text(token.getIssuedFor()),
          split(text(token.getScope())),
          TokenUse.ACCESS,
          text(token.getOtherClaims().get(PersonClaims.ORGANIZATION)));
    }

    private static String text(Object claim) {
      return claim == null ? "" : claim.toString();
    }
  }

  Response check() {
    session.getProvider(SecurityHeadersProvider.class).options().allowEmptyContentType();
    Optional<String> token;
    try {
      token = BearerToken.of(session.getContext().getHttpRequest().getHttpHeaders());
    } catch (IllegalArgumentException e) {
      event.detail(Details.REASON, RefusalReason.MALFORMED.code()).error(Errors.INVALID_TOKEN);
      return invalidToken();
    }
    if (token.isEmpty()) {
      return challenge(Response.Status.UNAUTHORIZED, "");
    }
    Optional<Bearer> bearer = bearer(token.get());
    if (bearer.isEmpty()) {
      return invalidToken();
    }
    Set<String> required = requiredScopes();
    return bearer.get().scopes().containsAll(required)
        ? granted(bearer.get())
        : insufficientScope(required);
  }

  private Optional<Bearer> bearer(String token) {
    SessionJwtProvider sessions = session.getProvider(SessionJwtProvider.class);
    if (!sessions.concerns(token)) {
      return new AccessTokenCheck(session, audience).check(token, event).map(Bearer::of);
    }
    return sessions.accept(token, SessionUse.BEARER, null, event)
            instanceof SessionDecision.Accepted accepted
        ? Optional.of(Bearer.of(accepted.session()))
        : Optional.empty();
  }

  private Set<String> requiredScopes() {
    return session
        .getContext()
        .getUri()
        .getQueryParameters()
        .getOrDefault(OAuth2Constants.SCOPE, List.of())
        .stream()
        .flatMap(scope -> split(scope).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(scope -> !scope.isEmpty()).toList();
  }

  private static Response granted(Bearer bearer) {
    return uncached(Response.Status.OK)
        .header(HEADER + "User", ascii(bearer.user()))
        .header(HEADER + "Subject", ascii(bearer.subject()))
        .header(HEADER + "Client", ascii(bearer.client()))
        .header(HEADER + "Scope", ascii(String.join(" ", bearer.scopes())))
        .header(HEADER + "Token-Use", bearer.tokenUse())
        .header(HEADER + "Org", ascii(bearer.organization()))
        .build();
  }

  private Response invalidToken() {
    return challenge(
        Response.Status.UNAUTHORIZED,
        ", error=\""
            + OAuthErrorException.INVALID_TOKEN
            + "\", error_description=\"The token is not valid\"");
  }

  private Response insufficientScope(Set<String> required) {
    String scope =
        required.stream()
            .filter(one -> SCOPE.matcher(one).matches())
            .collect(Collectors.joining(" "));
    return challenge(
        Response.Status.FORBIDDEN,
        ", error=\"" + OAuthErrorException.INSUFFICIENT_SCOPE + "\", scope=\"" + scope + '"');
  }

  private Response challenge(Response.Status status, String attributes) {
    return uncached(status)
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            "Bearer realm=\"" + session.getContext().getRealm().getName() + '"' + attributes)
        .build();
  }

  private static Response.ResponseBuilder uncached(Response.Status status) {
    return Response.status(status).header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /**
   * A text in printable ASCII, each text another: what is not printable ASCII, and {@code %}
   * itself, is percent-encoded (RFC 3986 2.1) as UTF-8.
   */
  static String ascii(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    for (byte octet : text.getBytes(UTF_8)) {
      if (octet >= ' ' && octet <= '~' && octet != '%') {
        ascii.append((char) octet);
      } else {
        ascii.append(String.format("%%%02X", octet));
      }
    }
    return ascii.toString();
  }
}
