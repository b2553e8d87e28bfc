package com.expensicat.keycloak.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.expensicat.keycloak.token.TokenOrigin;
import io.micrometer.core.instrument.Metrics;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.cache.LocalCache;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.JsonWebToken;
import org.keycloak.services.Urls;

/**
 * The way of a session JWT: verified, not revoked, permitted, and led to a user.
 *
 * <p>What was accepted once needs no second look at its signature. All else is looked at again each
 * time, in Keycloak's own caches, which are right on every node: the issuer's settings and keys,
 * the link, the user, and what was revoked.
 */
final class DefaultSessionJwtProvider implements SessionJwtProvider {

  /** The counter of decisions, by {@code result} (accepted, or the reason) and {@code issuer}. */
  static final String COUNTER = "expensicat.session.jwt";

  private final KeycloakSession session;
  private final RealmModel realm;
  private final IssuerKeys keys;
  private final LocalCache<String, VerifiedSession> accepted;
  private final SessionIssuers issuers;
  private final SessionVerifier verifier;
  private final SessionLedger ledger;

  DefaultSessionJwtProvider(
      KeycloakSession session,
      IssuerKeys keys,
      LocalCache<String, String> aliases,
      LocalCache<String, VerifiedSession> accepted) {
    this.session = session;
    this.realm = session.getContext().getRealm();
    this.keys = keys;
    this.accepted = accepted;
    this.issuers = new SessionIssuers(session, aliases, keys);
    this.verifier = new SessionVerifier(issuers::find, Time::currentTimeSeconds);
    this.ledger = new SessionLedger(session, realm);
  }

  @Override
  public boolean concerns(String token) {
    if (token.length() > SessionVerifier.LARGEST_TOKEN) {
      return true;
    }
    try {
      JsonWebToken claims = new JWSInput(token).readJsonContent(JsonWebToken.class);
      return claims == null || !realmIssuer().equals(claims.getIssuer());
    } catch (JWSInputException e) {
      return true;
    }
  }

  private String realmIssuer() {
    return Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName());
  }

  @Override
  public SessionDecision accept(String token, SessionUse use, String clientId, EventBuilder event) {
    String name = HashUtils.sha256UrlEncodedHash(token, UTF_8);
    Optional<VerifiedSession> known = known(name);
    Verification verification =
        known
            .<Verification>map(Verification.Verified::new)
            .orElseGet(() -> verifier.verify(token.getBytes(UTF_8), Expectation.BEARER));
    return decide(
        verification,
        verified -> {
          Optional<RefusalReason> problem =
              permission(verified, use, clientId).or(() -> staleness(verified));
          if (problem.isPresent()) {
            return new SessionDecision.Refused(problem.get());
          }
          SessionDecision decision = meet(verified, known.isEmpty(), event);
          if (decision instanceof SessionDecision.Accepted accept) {
            Optional<RefusalReason> refusal =
                interaction(accept.session().user()).or(() -> replay(verified, use));
            if (refusal.isPresent()) {
              return new SessionDecision.Refused(refusal.get());
            }
            if (known.isEmpty()) {
              accepted.put(name, verified);
            }
          }
          return decision;
        },
        event);
  }

  /** A session that was accepted before, if issuer and key are still the same. */
  private Optional<VerifiedSession> known(String name) {
    return Optional.ofNullable(accepted.get(name))
        .filter(
            verified ->
                Time.currentTimeSeconds() < verified.expiresAt() + verified.settings().clockSkew())
        .filter(
            verified ->
                issuers
                    .find(verified.settings().issuer())
                    .filter(issuer -> issuer.stillVouchesFor(verified))
                    .isPresent());
  }

  @Override
  public Optional<RefusalReason> revoke(String token, String clientId, EventBuilder event) {
    SessionDecision decision =
        decide(
            verifier.verify(token.getBytes(UTF_8), Expectation.BEARER),
            verified -> {
              Optional<RefusalReason> problem =
                  permission(verified, SessionUse.REVOCATION, clientId);
              if (problem.isPresent()) {
                return new SessionDecision.Refused(problem.get());
              }
              ledger.revoke(verified);
              return new SessionDecision.Accepted(new AcceptedSession(verified, null, List.of()));
            },
            event);
    return decision instanceof SessionDecision.Refused refused
        ? Optional.of(refused.reason())
        : Optional.empty();
  }

  @Override
  public SessionDecision acceptForSignIn(
      String token, String issuerAlias, String nonce, boolean linking, EventBuilder event) {
    return decide(
        verifier.verify(token.getBytes(UTF_8), Expectation.signIn(realmIssuer(), nonce)),
        verified -> {
          if (!verified.issuerAlias().equals(issuerAlias)) {
            return new SessionDecision.Refused(RefusalReason.ISSUER_UNKNOWN);
          }
          return staleness(verified)
              .<SessionDecision>map(SessionDecision.Refused::new)
              .orElseGet(
                  () ->
                      linking
                          ? new SessionDecision.Accepted(
                              new AcceptedSession(verified, null, List.of()))
                          : meet(verified, true, event));
        },
        event);
  }

  @Override
  public Optional<Set<String>> scopes(AccessToken exchanged) {
    SessionOrigin origin = SessionOrigin.of(exchanged.getOtherClaims().get(TokenOrigin.CLAIM));
    return issuers
        .find(origin.issuer())
        .filter(issuer -> issuer.id().equals(origin.provider()))
        .filter(issuer -> issuer.settings().mayExchange(exchanged.getIssuedFor()))
        .filter(issuer -> issuer.keys().keys().stream().anyMatch(origin::isSignedBy))
        .filter(issuer -> !ledger.isRevoked(origin.names()))
        .filter(issuer -> isUserOf(origin, issuer, exchanged.getSubject()))
        .map(issuer -> Set.copyOf(scopes(issuer.settings(), Optional.empty())));
  }

  private boolean isUserOf(SessionOrigin origin, TrustedIssuer issuer, String userId) {
    return new SessionUsers(session)
        .linked(issuer.alias(), origin.subject())
        .filter(user -> user.getId().equals(userId))
        .filter(
            user ->
                !isSignedOut(
                    origin.issuedAt(), SignOuts.earliest(session, realm, user), issuer.settings()))
        .isPresent();
  }

  @Override
  public boolean reloadKeys(IdentityProviderModel issuer) {
    return keys.reload(session, issuer.getInternalId(), IssuerSettings.of(issuer.getConfig()));
  }

  @Override
  public Stream<IssuerStatus> issuers() {
    return issuers.statuses();
  }

  @Override
  public KeyRenewal renewKeys(String alias) {
    IdentityProviderModel issuer = session.identityProviders().getByAlias(alias);
    if (!SessionIssuers.isIssuer(issuer)) {
      return new KeyRenewal.NoIssuer();
    }
    try {
      IssuerSettings settings = IssuerSettings.of(issuer.getConfig());
      if (settings.jwks().isEmpty()) {
        JwkSet.fetch(session, settings.jwksUrl());
      }
    } catch (IOException | RuntimeException e) {
      return new KeyRenewal.Unavailable(JwkSet.problem(e));
    }
    reloadKeys(issuer);
    return new KeyRenewal.Renewed(issuers.status(issuer));
  }

  /** Goes on from a verification, and tells events and metrics how it ended. */
  private SessionDecision decide(
      Verification verification,
      Function<VerifiedSession, SessionDecision> next,
      EventBuilder event) {
    Optional<String> alias = verification.issuerAlias();
    alias.ifPresent(name -> event.detail(Details.IDENTITY_PROVIDER, name));
    SessionDecision decision =
        verification instanceof Verification.Verified verified
            ? next.apply(verified.session())
            : new SessionDecision.Refused(((Verification.Refused) verification).reason());
    String result = "accepted";
    if (decision instanceof SessionDecision.Refused refused) {
      result = refused.reason().code();
      event.detail(Details.REASON, result).error(Errors.INVALID_TOKEN);
    }
    Metrics.counter(COUNTER, "result", result, "issuer", alias.orElse("")).increment();
    return decision;
  }

  private static Optional<RefusalReason> permission(
      VerifiedSession verified, SessionUse use, String clientId) {
    return use.isPermitted(verified.settings(), clientId)
        ? Optional.empty()
        : Optional.of(RefusalReason.CLIENT_NOT_ALLOWED);
  }

  private Optional<RefusalReason> staleness(VerifiedSession verified) {
    if (ledger.isRevoked(verified)) {
      return Optional.of(RefusalReason.REVOKED);
    }
    return isSignedOut(verified.issuedAt(), realm.getNotBefore(), verified.settings())
        ? Optional.of(RefusalReason.NOT_BEFORE)
        : Optional.empty();
  }

  /**
   * Whether a session may have been issued before a sign-out. The issuer's clock may be ahead by
   * the skew that it is allowed, which here counts against the session.
   *
   * @param earliest as {@link SignOuts#earliest} has it
   */
  private static boolean isSignedOut(long issuedAt, long earliest, IssuerSettings settings) {
    return earliest > 0 && issuedAt < earliest + settings.clockSkew();
  }

  private SessionDecision meet(VerifiedSession verified, boolean isNew, EventBuilder event) {
    SessionUsers.Meeting meeting = new SessionUsers(session).meet(verified, isNew);
    if (meeting instanceof SessionUsers.Meeting.Refused refused) {
      return new SessionDecision.Refused(refused.reason());
    }
    UserModel user = ((SessionUsers.Meeting.Met) meeting).user();
    event.user(user);
    if (!user.isEnabled()) {
      return new SessionDecision.Refused(RefusalReason.USER_DISABLED);
    }
    if (isSignedOut(
        verified.issuedAt(), SignOuts.earliest(session, realm, user), verified.settings())) {
      return new SessionDecision.Refused(RefusalReason.NOT_BEFORE);
    }
    return new SessionDecision.Accepted(new AcceptedSession(verified, user, scopes(verified)));
  }

  private static Optional<RefusalReason> interaction(UserModel user) {
    return user.getRequiredActionsStream().findAny().map(action -> RefusalReason.REQUIRED_ACTION);
  }

  private Optional<RefusalReason> replay(VerifiedSession verified, SessionUse use) {
    return use == SessionUse.EXCHANGE && verified.settings().singleUse() && !ledger.use(verified)
        ? Optional.of(RefusalReason.REPLAYED)
        : Optional.empty();
  }

  /** The issuer's scopes, cut down by those of the token where it names some. */
  private List<String> scopes(VerifiedSession verified) {
    return scopes(
        verified.settings(),
        Optional.ofNullable(verified.claims().path(OAuth2Constants.SCOPE).textValue())
            .map(scope -> Set.copyOf(Arrays.asList(scope.split(" ", -1)))));
  }

  private List<String> scopes(IssuerSettings settings, Optional<Set<String>> ofToken) {
    Optional<Set<String>> ofIssuer = settings.scopes();
    return session.getProvider(ScopeCatalogProvider.class).scopes().stream()
        .map(CatalogScope::name)
        .filter(scope -> ofIssuer.map(scopes -> scopes.contains(scope)).orElse(true))
        .filter(scope -> ofToken.map(scopes -> scopes.contains(scope)).orElse(true))
        .toList();
  }
}
