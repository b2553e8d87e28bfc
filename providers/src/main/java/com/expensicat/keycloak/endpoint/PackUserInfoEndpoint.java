package com.expensicat.keycloak.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.http.PresentedToken;
import com.expensicat.keycloak.http.PresentedToken.Scheme;
import com.expensicat.keycloak.http.ProofKey;
import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.session.AcceptedSession;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.SessionUse;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.token.PersonClaims;
import com.expensicat.keycloak.token.TokenOrigin;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.common.util.Base64Url;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.UserInfoEndpoint;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.IDToken;
import org.keycloak.services.cors.Cors;
import org.keycloak.utils.OAuth2Error;

/**
 * Keycloak's userinfo endpoint, which answers to session JWTs as well. Those come from no browser
 * application that is registered here, so no other origin may read the answer.
 */
public class PackUserInfoEndpoint extends UserInfoEndpoint {

  /** Why a token is refused that is no session JWT of an issuer that is known here. */
  private static final Set<RefusalReason> OF_NO_ISSUER =
      EnumSet.of(
          RefusalReason.TOO_LARGE,
          RefusalReason.ENCRYPTED,
          RefusalReason.MALFORMED,
          RefusalReason.DUPLICATE_MEMBER,
          RefusalReason.ISSUER_MISSING,
          RefusalReason.ISSUER_UNKNOWN);

  private final KeycloakSession session;
  private final EventBuilder event;

  PackUserInfoEndpoint(KeycloakSession session, EventBuilder event) {
    super(session, new Claims());
    this.session = session;
    this.event = event;
  }

  /** Says of an access token which organisation its grant is for. */
  private static final class Claims extends TokenManager {

    @Override
    public AccessToken transformUserInfoAccessToken(
        KeycloakSession session,
        AccessToken shown,
        AccessToken userInfo,
        UserSessionModel userSession,
        ClientSessionContext clientSession) {
      AccessToken claims =
          super.transformUserInfoAccessToken(session, shown, userInfo, userSession, clientSession);
      Object organization =
          shown == null ? null : shown.getOtherClaims().get(PersonClaims.ORGANIZATION);
      if (organization != null) {
        claims.setOtherClaims(PersonClaims.ORGANIZATION, organization);
      }
      return claims;
    }
  }

  @Override
  @Path("/")
  @GET
  @Produces({MediaType.APPLICATION_JSON, org.keycloak.utils.MediaType.APPLICATION_JWT})
  public Response issueUserInfoGet() {
    requireOneHeader();
    requireUsableProof();
    Optional<String> shown = shown();
    return shown
        .filter(sessions()::concerns)
        .map(this::answer)
        .orElseGet(
            () -> {
              shown.ifPresent(this::requireOrigin);
              return super.issueUserInfoGet();
            });
  }

  @Override
  @Path("/")
  @POST
  @Produces({MediaType.APPLICATION_JSON, org.keycloak.utils.MediaType.APPLICATION_JWT})
  public Response issueUserInfoPost() {
    requireOneHeader();
    requireUsableProof();
    Optional<String> shown = shown();
    return shown
        .filter(sessions()::concerns)
        .or(() -> shownInForm().filter(sessions()::concerns))
        .map(this::answer)
        .orElseGet(
            () -> {
              shown.or(this::shownInForm).ifPresent(this::requireOrigin);
              return super.issueUserInfoPost();
            });
  }

  private Optional<String> shown() {
    try {
      return PresentedToken.of(session.getContext().getHttpRequest().getHttpHeaders())
          .filter(PresentedToken::isBearer)
          .map(PresentedToken::value);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** RFC 6750 2.2. */
  private Optional<String> shownInForm() {
    return Optional.ofNullable(
        session
            .getContext()
            .getHttpRequest()
            .getDecodedFormParameters()
            .getFirst(OAuth2Constants.ACCESS_TOKEN));
  }

  /**
   * Refuses an access token that was exchanged for something that counts no more. What it says of
   * that is looked at before its signature, which Keycloak then looks at.
   */
  private void requireOrigin(String encoded) {
    try {
      if (!hasOrigin(encoded)) {
        return;
      }
      AccessToken token = new JWSInput(encoded).readJsonContent(AccessToken.class);
      if (token.getOtherClaims().containsKey(TokenOrigin.CLAIM)
          && session.getProvider(TokenOrigin.class).scopes(token).isEmpty()) {
        event.event(EventType.USER_INFO_REQUEST).error(Errors.INVALID_TOKEN);
        throw invalidToken(Scheme.BEARER, null);
      }
    } catch (JWSInputException | IllegalArgumentException e) {
      return; // Keycloak says what it is
    }
  }

  /** Whether it is worth while to read the token, which is about to be read once more. */
  private static boolean hasOrigin(String encoded) {
    int payload = encoded.indexOf('.') + 1;
    int end = encoded.indexOf('.', payload);
    return end > 0
        && new String(Base64Url.decode(encoded.substring(payload, end)), UTF_8)
            .contains(TokenOrigin.CLAIM);
  }

  private Response answer(String token) {
    event.event(EventType.USER_INFO_REQUEST);
    AcceptedSession accepted =
        sessions().accept(token, SessionUse.BEARER, null, () -> event).orElseThrow(this::refusal);
    accepted.tell(event);
    event.success();
    return Response.ok(claims(accepted), MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private WebApplicationException refusal(RefusalReason reason) {
    if (reason.isUndecided()) {
      return Unavailable.exception(reason.code());
    }
    return OF_NO_ISSUER.contains(reason)
        ? invalidTokenOfNobody(Scheme.BEARER)
        : invalidToken(Scheme.BEARER, null);
  }

  /** Keycloak would answer without the challenge that goes with a 401 (RFC 9110 15.5.2). */
  private void requireOneHeader() {
    List<String> headers =
        session
            .getContext()
            .getHttpRequest()
            .getHttpHeaders()
            .getRequestHeader(HttpHeaders.AUTHORIZATION);
    if (headers != null && headers.size() > 1) {
      event.event(EventType.USER_INFO_REQUEST).error(Errors.INVALID_TOKEN);
      throw invalidTokenOfNobody(Scheme.BEARER);
    }
  }

  private void requireUsableProof() {
    HttpHeaders headers = session.getContext().getHttpRequest().getHttpHeaders();
    if (!ProofKey.isUsable(headers.getHeaderString(OAuth2Constants.DPOP_HTTP_HEADER))) {
      event.event(EventType.USER_INFO_REQUEST).error(Errors.INVALID_DPOP_PROOF);
      throw invalidTokenOfNobody(Scheme.DPOP);
    }
  }

  /**
   * Says that a token is not valid, to whichever origin shows it, as Keycloak does where it knows
   * of no client.
   */
  private WebApplicationException invalidTokenOfNobody(Scheme scheme) {
    return invalidToken(
        scheme,
        Cors.builder()
            .auth()
            .allowAllOrigins()
            .allowedMethods(session.getContext().getHttpRequest().getHttpMethod())
            .exposedHeaders(Cors.ACCESS_CONTROL_ALLOW_METHODS));
  }

  private WebApplicationException invalidToken(Scheme scheme, Cors cors) {
    return new OAuth2Error()
        .cors(cors)
        .json(false)
        .session(session)
        .realm(session.getContext().getRealm())
        .authScheme(scheme.text())
        .invalidToken("Token verification failed");
  }

  private static Map<String, Object> claims(AcceptedSession accepted) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", accepted.user().getId());
    accepted.name().ifPresent(name -> claims.put(IDToken.NAME, name));
    String email = accepted.user().getEmail();
    if (email != null) {
      claims.put(IDToken.EMAIL, email);
      claims.put(IDToken.EMAIL_VERIFIED, accepted.user().isEmailVerified());
    }
    accepted.organization().ifPresent(one -> claims.put(PersonClaims.ORGANIZATION, one));
    return claims;
  }

  private SessionJwtProvider sessions() {
    return session.getProvider(SessionJwtProvider.class);
  }
}
