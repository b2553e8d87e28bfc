package com.expensicat.keycloak.session;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.IssuerStatus;
import com.expensicat.keycloak.session.issuer.KeyRenewal;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.Verdict;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.provider.Provider;
import org.keycloak.representations.AccessToken;

/**
 * Accepts session JWTs for the realm of the session's context, wherever one is shown. Each refusal
 * becomes an event with a {@link RefusalReason} and is counted; the token itself goes nowhere.
 */
public interface SessionJwtProvider extends Provider {

  /** The id of what Keycloak has for session JWTs, such as introspection. */
  String PROVIDER_ID = IssuerSettings.PROVIDER_ID;

  /**
   * Whether a token is for this provider to judge: every one, whatever it is, that does not say
   * that the realm has issued it.
   */
  boolean concerns(String token);

  /**
   * Accepts or refuses a token that is shown as a session JWT.
   *
   * @param token what was shown
   * @param use what it is shown for
   * @param clientId the client that asks, {@code null} for {@link SessionUse#BEARER}
   * @param event gives the event of the request, which a refusal ends as an error; of what is
   *     accepted it is told by {@link AcceptedSession#tell}
   */
  Verdict<AcceptedSession> accept(
      String token, SessionUse use, String clientId, Supplier<EventBuilder> event);

  /**
   * Has a session JWT refused everywhere from now on, until it expires (RFC 7009).
   *
   * @param clientId the client that asks
   * @param event the event of the request, which a refusal ends as an error
   * @return why it was not revoked, or nothing if it was
   */
  Optional<RefusalReason> revoke(String token, String clientId, EventBuilder event);

  /**
   * Accepts or refuses a session JWT that was made for one sign-in.
   *
   * @param token what the hand-over page posted
   * @param issuerAlias the alias of the identity provider that was asked
   * @param nonce what the hand-over page was given
   * @param linking whether a user who is signed in already adds a link; nobody is made or linked
   *     then, else the person has a user from then on
   * @param event the event of the request, which a refusal ends as an error
   */
  Verdict<VerifiedSession> acceptForSignIn(
      String token, String issuerAlias, String nonce, boolean linking, EventBuilder event);

  /**
   * The scopes of the catalog that the session JWT stands for now which an access token was
   * exchanged for.
   *
   * @return empty if that session JWT, were it shown, would be refused, but for its age
   */
  Optional<Set<String>> scopes(AccessToken exchanged);

  /**
   * Fetches the keys of an issuer anew, and forgets what all nodes know of them.
   *
   * @return whether there are keys
   */
  boolean reloadKeys(IdentityProviderModel issuer);

  /** The issuers of the realm, enabled or not, by their alias. Nothing is fetched. */
  Stream<IssuerStatus> issuers();

  /**
   * Fetches the keys of an issuer anew as {@link #reloadKeys} does, if they can be had now.
   *
   * @param alias the alias of its identity provider
   */
  KeyRenewal renewKeys(String alias);

  @Override
  default void close() {}
}
