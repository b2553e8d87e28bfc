package com.expensicat.keycloak.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.Counters;
import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.expensicat.keycloak.session.issuer.IssuerKeys;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.IssuerStatus;
import com.expensicat.keycloak.session.issuer.KeyRenewal;
import com.expensicat.keycloak.session.issuer.SessionIssuers;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import com.expensicat.keycloak.session.user.SessionUsers;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.SessionLedger;
import com.expensicat.keycloak.session.verification.SessionOrigin;
import com.expensicat.keycloak.session.verification.SessionVerifier;
import com.expensicat.keycloak.session.verification.Verdict;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import com.expensicat.keycloak.token.TokenOrigin;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.cache.LocalCache;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.representations.AccessToken;
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
  private static final Counters COUNTERS =
      new Counters("expensicat.session.jwt", "Decisions on session JWTs", "result", "issuer");

  private static volatile RealmIssuer lastIssuer;

  private final KeycloakSession session;
  private final RealmModel realm;
  private final LocalCache<String, VerifiedSession> accepted;
  private final SessionIssuers issuers;
  private final SessionLedger ledger;

  private String shown = "";
  private String nameOfShown;

  DefaultSessionJwtProvider(
      KeycloakSession session,
      IssuerKeys keys,
      LocalCache<String, String> aliases,
      LocalCache<String, VerifiedSession> accepted) {
    this.session = session;
    this.realm = session.getContext().getRealm();
    this.accepted = accepted;
    this.issuers = new SessionIssuers(session, aliases, keys);
    this.ledger = new SessionLedger(session, realm);
  }

  @Override
  public boolean concerns(String token) {
    return token.length() > SessionVerifier.LARGEST_TOKEN
        || accepted.get(name(token)) != null
        || ClaimedIssuer.of(token).filter(realmIssuer()::equals).isEmpty();
  }

  /** The name of a token among those that were accepted; whoever asks of one asks again. */
  private String name(String token) {
    if (!shown.equals(token)) {
      shown = token;
      nameOfShown = HashUtils.sha256UrlEncodedHash(token, UTF_8);
    }
    return nameOfShown;
  }

  private String realmIssuer() {
    URI server = session.getContext().getUri().getBaseUri();
    RealmIssuer last = lastIssuer;
    if (last == null || !last.isOf(server, realm)) {
      last = new RealmIssuer(server, realm.getName(), Urls.realmIssuer(server, realm.getName()));
      lastIssuer = last;
    }
    return last.issuer();
  }

  /** The issuer of a realm's own tokens; making it out of the others takes Keycloak a while. */
  private record RealmIssuer(URI server, String realm, String issuer) {

    boolean isOf(URI server, RealmModel realm) {
      return this.server.equals(server) && this.realm.equals(realm.getName());
    }
  }

  @Override
  public Verdict<AcceptedSession> accept(
      String token, SessionUse use, String clientId, Supplier<EventBuilder> event) {
    String name = name(token);
    Decision decision = new Decision(event);
    Optional<VerifiedSession> known = known(name);
    known.map(VerifiedSession::issuerAlias).ifPresent(decision::isAbout);
    return decision.end(
        known
            .<Verdict<VerifiedSession>>map(Verdict.Accepted::new)
            .orElseGet(() -> decision.verifier().verify(token.getBytes(UTF_8)))
            .unless(isForbidden(use, clientId), RefusalReason.CLIENT_NOT_ALLOWED)
            .then(this::unended)
            .then(verified -> meet(verified, known.isEmpty(), decision))
            .unless(session -> mustInteract(session.user()), RefusalReason.REQUIRED_ACTION)
            .unless(session -> isReplay(session.verified(), use), RefusalReason.REPLAYED)
            .onAccepted(
                session -> {
                  if (known.isEmpty()) {
                    accepted.put(name, session.verified());
                  }
                }));
  }

  /** A session that was accepted before, if issuer and key are still the same. */
  private Optional<VerifiedSession> known(String name) {
    return Optional.ofNullable(accepted.get(name))
        .filter(
            verified ->
                Time.currentTimeSeconds() < verified.expiresAt() + verified.settings().clockSkew())
        .filter(
            verified ->
                issuers.find(verified.settings().issuer()).filter(verified::isStillOf).isPresent());
  }

  @Override
  public Optional<RefusalReason> revoke(String token, String clientId, EventBuilder event) {
    Decision decision = new Decision(() -> event);
    return decision
        .end(
            decision
                .verifier()
                .verify(token.getBytes(UTF_8))
                .unless(
                    isForbidden(SessionUse.REVOCATION, clientId), RefusalReason.CLIENT_NOT_ALLOWED)
                .onAccepted(ledger::revoke))
        .onAccepted(verified -> decision.tell())
        .refusal();
  }

  @Override
  public Verdict<VerifiedSession> acceptForSignIn(
      String token, String issuerAlias, String nonce, boolean linking, EventBuilder event) {
    Decision decision = new Decision(() -> event);
    return decision
        .end(
            decision
                .verifier()
                .verifyForSignIn(token.getBytes(UTF_8), realmIssuer(), nonce)
                .unless(
                    verified -> !verified.issuerAlias().equals(issuerAlias),
                    RefusalReason.ISSUER_UNKNOWN)
                .then(this::unended)
                .then(
                    verified ->
                        linking
                            ? new Verdict.Accepted<>(verified)
                            : meet(verified, true, decision).map(AcceptedSession::verified)))
        .onAccepted(verified -> decision.tell());
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
    return issuers.reloadKeys(issuer);
  }

  @Override
  public Stream<IssuerStatus> issuers() {
    return issuers.statuses();
  }

  @Override
  public KeyRenewal renewKeys(String alias) {
    return issuers.renewKeys(alias);
  }

  /** A decision on one token: events and metrics tell whose it is, and how that ended. */
  private final class Decision {

    private final Supplier<EventBuilder> event;
    private String issuerAlias = "";
    private UserModel user;

    Decision(Supplier<EventBuilder> event) {
      this.event = event;
    }

    SessionVerifier verifier() {
      return new SessionVerifier(this::issuer, Time::currentTimeSeconds);
    }

    private Optional<TrustedIssuer> issuer(String issuer) {
      Optional<TrustedIssuer> found = issuers.find(issuer);
      found.map(TrustedIssuer::alias).ifPresent(this::isAbout);
      return found;
    }

    void isAbout(String alias) {
      issuerAlias = alias;
    }

    void isAbout(UserModel person) {
      user = person;
    }

    /** Tells the event as much as is known. */
    EventBuilder tell() {
      EventBuilder told = event.get();
      if (!issuerAlias.isEmpty()) {
        told.detail(Details.IDENTITY_PROVIDER, issuerAlias);
      }
      return user == null ? told : told.user(user);
    }

    <T> Verdict<T> end(Verdict<T> verdict) {
      Optional<String> refusal = verdict.refusal().map(RefusalReason::code);
      refusal.ifPresent(code -> tell().detail(Details.REASON, code).error(Errors.INVALID_TOKEN));
      COUNTERS.count(refusal.orElse("accepted"), issuerAlias);
      return verdict;
    }
  }

  private static Predicate<VerifiedSession> isForbidden(SessionUse use, String clientId) {
    return verified -> !use.isPermitted(verified.settings(), clientId);
  }

  /** Refuses what was ended before it expired, for whatever it is shown. */
  private Verdict<VerifiedSession> unended(VerifiedSession verified) {
    return new Verdict.Accepted<>(verified)
        .unless(ledger::isRevoked, RefusalReason.REVOKED)
        .unless(session -> isSignedOut(session, realm.getNotBefore()), RefusalReason.NOT_BEFORE);
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

  private static boolean isSignedOut(VerifiedSession verified, long earliest) {
    return isSignedOut(verified.issuedAt(), earliest, verified.settings());
  }

  private Verdict<AcceptedSession> meet(
      VerifiedSession verified, boolean isNew, Decision decision) {
    return new SessionUsers(session)
        .meet(verified, isNew)
        .onAccepted(decision::isAbout)
        .unless(user -> !user.isEnabled(), RefusalReason.USER_DISABLED)
        .unless(
            user -> isSignedOut(verified, SignOuts.earliest(session, realm, user)),
            RefusalReason.NOT_BEFORE)
        .map(user -> new AcceptedSession(verified, user, scopes(verified)));
  }

  private static boolean mustInteract(UserModel user) {
    return user.getRequiredActionsStream().findAny().isPresent();
  }

  private boolean isReplay(VerifiedSession verified, SessionUse use) {
    return use == SessionUse.EXCHANGE && verified.settings().singleUse() && !ledger.use(verified);
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
