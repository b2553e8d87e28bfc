package com.expensicat.keycloak.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.http.PresentedToken;
import com.expensicat.keycloak.http.PresentedToken.Scheme;
import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.session.AcceptedSession;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.SessionUse;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.token.AccessTokenCheck;
import com.expensicat.keycloak.token.PersonClaims;
import com.expensicat.keycloak.token.TokenUse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
import org.keycloak.models.UserModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.util.DPoPUtil;
import org.keycloak.urls.UrlType;

/**
 * One decision for a gateway (nginx {@code auth_request}, Traefik ForwardAuth, Caddy) that stands
 * in front of a protected resource, of the API unless {@code resource} names another one by its
 * address or audience: 200 with headers that say who it is, 401 or 403 with a challenge (RFC 6750
 * 3). Only the {@code Authorization} header counts, and the {@code DPoP} header beside a token that
 * is bound to a key (RFC 9449 7).
 */
public final class CheckEndpoint {

  private static final String HEADER = "X-Auth-Request-";

  /** RFC 9728 5.1. */
  private static final String RESOURCE_METADATA = "resource_metadata";

  /** A scope-token of RFC 6749 3.3, which needs no escaping in a challenge. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private final KeycloakSession session;
  private final Supplier<EventBuilder> events;
  private EventBuilder event;

  /** What the gateway guards; empty where there is no such resource, and nothing is let in. */
  private final Optional<ProtectedResource> resource;

  /**
   * @param events makes an event, which a session JWT that is let in has no need of
   */
  public CheckEndpoint(KeycloakSession session, Supplier<EventBuilder> events) {
    this.session = session;
    this.events = events;
    ProtectedResources known = ProtectedResources.of(session, session.getContext().getRealm());
    List<String> named = parameter(OAuth2Constants.RESOURCE);
    this.resource =
        named.isEmpty()
            ? Optional.of(known.api())
            : Optional.of(named)
                .filter(one -> one.size() == 1)
                .flatMap(one -> known.named(one.get(0)));
  }

  private List<String> parameter(String name) {
    return session
        .getContext()
        .getHttpRequest()
        .getUri()
        .getQueryParameters()
        .getOrDefault(name, List.of());
  }

  private EventBuilder event() {
    if (event == null) {
      event = events.get().event(EventType.INTROSPECT_TOKEN);
    }
    return event;
  }

  /** What a token turns out to be. */
  private sealed interface Found {}

  /** A token that counts for nothing, and the error to tell of it. */
  private record Refused(String error) implements Found {}

  /** A token of which nothing can be told now. */
  private record Undecided() implements Found {}

  /** What a token lets its holder do, and who that is; texts are empty where there is nothing. */
  private record Holder(
      String user,
      String subject,
      String client,
      List<String> scopes,
      String tokenUse,
      String organization)
      implements Found {

    static Holder of(AcceptedSession session) {
      return new Holder(
          session.user().getId(),
          session.subject(),
          "",
          session.scopes(),
          TokenUse.SESSION,
          session.organization().orElse(""));
    }

    static Holder of(AccessToken token, UserModel user) {
      return new Holder(
          user.getId(),
          text(token.getOtherClaims().get(PersonClaims.SUBJECT)),
          text(token.getIssuedFor()),
          split(text(token.getScope())),
          TokenUse.ACCESS,
          text(token.getOtherClaims().get(PersonClaims.ORGANIZATION)));
    }

    Holder with(List<String> scopes) {
      return new Holder(user, subject, client, scopes, tokenUse, organization);
    }

    private static String text(Object claim) {
      return claim == null ? "" : claim.toString();
    }
  }

  /** The decision about the request of the session. */
  public Response check() {
    session.getProvider(SecurityHeadersProvider.class).options().allowEmptyContentType();
    Optional<PresentedToken> shown;
    try {
      shown = PresentedToken.of(session.getContext().getHttpRequest().getHttpHeaders());
    } catch (IllegalArgumentException e) {
      return refused(Scheme.BEARER, refusal(RefusalReason.MALFORMED.code()));
    }
    if (shown.isEmpty()) {
      Decisions.count(Decisions.NO_TOKEN);
      return challenge(Response.Status.UNAUTHORIZED, Scheme.BEARER, "");
    }
    Scheme scheme = shown.get().scheme();
    Found found =
        resource
            .map(guarded -> find(shown.get(), guarded))
            .orElseGet(() -> refusal("resource_unknown"));
    if (found instanceof Undecided) {
      return Unavailable.answer(session);
    }
    if (found instanceof Holder holder) {
      return holder.scopes().containsAll(requiredScopes())
          ? granted(holder)
          : insufficientScope(scheme);
    }
    return refused(scheme, (Refused) found);
  }

  private Found find(PresentedToken shown, ProtectedResource guarded) {
    Found found = find(shown, new AccessTokenCheck(session, guarded));
    return found instanceof Holder holder
        ? holder.with(ResourceIndicators.narrow(session, holder.scopes(), List.of(guarded)))
        : found;
  }

  private Found find(PresentedToken shown, AccessTokenCheck check) {
    SessionJwtProvider sessions = session.getProvider(SessionJwtProvider.class);
    if (!sessions.concerns(shown.value())) {
      AccessTokenCheck.Finding finding = checkAccessToken(shown, check);
      return finding instanceof AccessTokenCheck.Finding.Good good
          ? Holder.of(good.token(), good.user())
          : new Refused(((AccessTokenCheck.Finding.Refused) finding).error());
    }
    if (!shown.isBearer()) {
      return refusal("not_sender_constrained");
    }
    return sessions
        .accept(shown.value(), SessionUse.BEARER, null, this::event)
        .either(
            Holder::of,
            reason ->
                reason.isUndecided()
                    ? new Undecided()
                    : new Refused(OAuthErrorException.INVALID_TOKEN));
  }

  private AccessTokenCheck.Finding checkAccessToken(PresentedToken shown, AccessTokenCheck check) {
    return shown.isBearer()
        ? check.check(shown.value(), event())
        : check.checkWithProof(
            shown.value(), ForwardedRequest.of(session.getContext().getHttpRequest()), event());
  }

  private Refused refusal(String reason) {
    event().detail(Details.REASON, reason).error(Errors.INVALID_TOKEN);
    return new Refused(OAuthErrorException.INVALID_TOKEN);
  }

  private Set<String> requiredScopes() {
    return parameter(OAuth2Constants.SCOPE).stream()
        .flatMap(scope -> split(scope).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(scope -> !scope.isEmpty()).toList();
  }

  private static Response granted(Holder holder) {
    Decisions.count(Decisions.GRANTED);
    return uncached(Response.Status.OK)
        .header(HEADER + "User", ascii(holder.user()))
        .header(HEADER + "Subject", ascii(holder.subject()))
        .header(HEADER + "Client", ascii(holder.client()))
        .header(HEADER + "Scope", ascii(String.join(" ", holder.scopes())))
        .header(HEADER + "Token-Use", holder.tokenUse())
        .header(HEADER + "Org", ascii(holder.organization()))
        .build();
  }

  private Response refused(Scheme scheme, Refused refused) {
    Decisions.count(
        Optional.ofNullable(event().getEvent().getError())
            .orElse(OAuthErrorException.INVALID_TOKEN));
    String wrong =
        OAuthErrorException.INVALID_DPOP_PROOF.equals(refused.error()) ? "DPoP proof" : "token";
    return challenge(
        Response.Status.UNAUTHORIZED,
        scheme,
        attribute(OAuth2Constants.ERROR, refused.error())
            + attribute(OAuth2Constants.ERROR_DESCRIPTION, "The %s is not valid".formatted(wrong)));
  }

  private Response insufficientScope(Scheme scheme) {
    Decisions.count(OAuthErrorException.INSUFFICIENT_SCOPE);
    return challenge(
        Response.Status.FORBIDDEN,
        scheme,
        attribute(OAuth2Constants.ERROR, OAuthErrorException.INSUFFICIENT_SCOPE));
  }

  /** Whatever is wrong, it says which scopes are wanted, and where a client finds what else is. */
  private Response challenge(Response.Status status, Scheme scheme, String error) {
    StringBuilder challenge =
        new StringBuilder(scheme.text())
            .append(attribute(" ", "realm", session.getContext().getRealm().getName()))
            .append(error);
    String scope =
        requiredScopes().stream()
            .filter(one -> SCOPE.matcher(one).matches())
            .collect(Collectors.joining(" "));
    if (!scope.isEmpty()) {
      challenge.append(attribute(OAuth2Constants.SCOPE, scope));
    }
    resource
        .flatMap(ProtectedResource::address)
        .map(api -> Addresses.ofMetadata(frontend(), api))
        .ifPresent(metadata -> challenge.append(attribute(RESOURCE_METADATA, metadata)));
    if (scheme == Scheme.DPOP) {
      challenge.append(
          attribute(
              OAuth2Constants.ALGS_ATTRIBUTE,
              String.join(" ", DPoPUtil.getDPoPSupportedAlgorithms(session))));
    }
    return uncached(status).header(HttpHeaders.WWW_AUTHENTICATE, challenge.toString()).build();
  }

  private URI frontend() {
    return session.getContext().getUri(UrlType.FRONTEND).getBaseUri();
  }

  private static String attribute(String name, String value) {
    return attribute(", ", name, value);
  }

  private static String attribute(String separator, String name, String value) {
    return "%s%s=\"%s\"".formatted(separator, name, value);
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
