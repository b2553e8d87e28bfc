package com.expensicat.keycloak.session.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.SessionLedger;
import com.expensicat.keycloak.session.verification.SessionLedger.Parting;
import com.expensicat.keycloak.session.verification.Verdict;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.persistence.PersistenceException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.broker.oidc.OIDCIdentityProvider;
import org.keycloak.broker.provider.BrokeredIdentityContext;
import org.keycloak.broker.provider.IdentityProviderMapper;
import org.keycloak.broker.provider.IdentityProviderMapperSyncModeDelegate;
import org.keycloak.broker.provider.UserAuthenticationIdentityProvider;
import org.keycloak.common.util.Retry;
import org.keycloak.crypto.JavaAlgorithm;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.AdminRoles;
import org.keycloak.models.FederatedIdentityModel;
import org.keycloak.models.IdentityProviderMapperModel;
import org.keycloak.models.IdentityProviderSyncMode;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelException;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.representations.IDToken;
import org.keycloak.services.resources.IdentityBrokerService;

/**
 * Leads from the person of a verified session to the one user of the realm: by the link, and at the
 * first meeting by the issuer's rule.
 *
 * <p>Nothing in Keycloak's schema makes the id at an issuer unique, so that several first meetings
 * at once would each make a user. Here the user's id follows from realm, issuer and person; of
 * those who come at once the database lets one in, and the others look again.
 */
public final class SessionUsers {

  private static final Logger logger = Logger.getLogger(SessionUsers.class);

  /** Several may meet a person at once; all but one find the user made. */
  private static final int TRIES = 6;

  /**
   * The base of Keycloak's back-off between tries, in milliseconds. From the commit of a new user
   * to the end of its transaction, Keycloak's cache of links says that the user has none.
   */
  private static final int PAUSE = 10;

  private static final int LONGEST_NAME = 255;

  private final KeycloakSession session;
  private final RealmModel realm;

  public SessionUsers(KeycloakSession session) {
    this.session = session;
    this.realm = session.getContext().getRealm();
  }

  /**
   * The user of a person, made or linked if need be.
   *
   * @param isNew whether the session is new to this node, so that what it says of the person is to
   *     be carried over to the user as the identity provider's sync mode has it
   */
  public Verdict<UserModel> meet(VerifiedSession verified, boolean isNew) {
    return (isNew ? Optional.<UserModel>empty() : linked(verified))
        .<Verdict<UserModel>>map(Verdict.Accepted::new)
        .orElseGet(() -> meetInTransactionOfItsOwn(verified));
  }

  private Optional<UserModel> linked(VerifiedSession verified) {
    return linked(verified.issuerAlias(), verified.subject());
  }

  /**
   * The user who is linked to a person, by exact id: a database may hold ids that differ only by
   * case for the same.
   */
  public Optional<UserModel> linked(String alias, String subject) {
    return Optional.ofNullable(
            session
                .users()
                .getUserByFederatedIdentity(
                    realm, new FederatedIdentityModel(alias, subject, null)))
        .filter(
            user ->
                Optional.ofNullable(session.users().getFederatedIdentity(realm, user, alias))
                    .filter(link -> subject.equals(link.getUserId()))
                    .isPresent());
  }

  private Verdict<UserModel> meetInTransactionOfItsOwn(VerifiedSession verified) {
    AtomicReference<Verdict<String>> met = new AtomicReference<>();
    AtomicLong began = new AtomicLong();
    try {
      Retry.executeWithBackoff(
          tried -> {
            began.set(System.nanoTime());
            met.set(inTransactionOfItsOwn(verified));
          },
          (tried, e) -> requireHope((RuntimeException) e, began.get()),
          TRIES,
          PAUSE);
    } catch (RuntimeException e) {
      if (Unavailable.isAnswerTo(e)) {
        throw e;
      }
      logger.warnf(
          "A person of %s leads to no user: %s", verified.issuerAlias(), e.getClass().getName());
      return new Verdict.Refused<>(RefusalReason.MAPPING_FAILED);
    }
    return met.get().map(userId -> session.users().getUserById(realm, userId));
  }

  /**
   * Ends the tries where another cannot help: what failed is not the database, or it refuses a
   * value (SQLSTATE class 22), or it is away.
   */
  private static void requireHope(RuntimeException failure, long began) {
    if (Unavailable.isLasting(failure, began)) {
      throw failure;
    }
    boolean isOfDatabase = false;
    for (Throwable e = failure; e != null; e = e.getCause()) {
      isOfDatabase |= e instanceof ModelException || e instanceof PersistenceException;
      if (e instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().startsWith("22")) {
        throw failure;
      }
    }
    if (!isOfDatabase) {
      throw failure;
    }
  }

  private Verdict<String> inTransactionOfItsOwn(VerifiedSession verified) {
    return KeycloakModelUtils.runJobInTransactionWithResult(
        session.getKeycloakSessionFactory(),
        another -> {
          another.getContext().setRealm(another.realms().getRealm(realm.getId()));
          return new SessionUsers(another).meet(verified).map(UserModel::getId);
        });
  }

  private Verdict<UserModel> meet(VerifiedSession verified) {
    Person person = new Person(verified);
    Optional<UserModel> linked = linked(verified);
    if (linked.isPresent()) {
      person.update(linked.get());
      return new Verdict.Accepted<>(linked.get());
    }
    UserModel made = session.users().getUserById(realm, person.userId());
    if (made != null && !RememberedIssuer.isMadeFor(made, person.issuer())) {
      return new Verdict.Refused<>(RefusalReason.LINK_REMOVED);
    }
    Optional<Parting> parting = new SessionLedger(session, realm).parting(verified);
    if (parting.isPresent()
        && verified.issuedAt() <= parting.get().at() + verified.settings().clockSkew()) {
      return new Verdict.Refused<>(parting.get().why());
    }
    if (made != null) {
      person.link(made);
      return new Verdict.Accepted<>(made);
    }
    return switch (verified.settings().firstMeeting()) {
      case CREATE -> new Verdict.Accepted<>(person.create(parting));
      case REFUSE -> new Verdict.Refused<>(RefusalReason.FIRST_MEETING_REFUSED);
      case LINK_VERIFIED_EMAIL -> linkByEmail(person);
    };
  }

  private Verdict<UserModel> linkByEmail(Person person) {
    if (person.email().isEmpty() || !person.isEmailVerified()) {
      return new Verdict.Refused<>(RefusalReason.EMAIL_NOT_VERIFIED);
    }
    List<UserModel> users =
        session
            .users()
            .searchForUserStream(
                realm, Map.of(UserModel.EMAIL, person.email().get(), UserModel.EXACT, "true"), 0, 2)
            .toList();
    if (users.size() != 1) {
      return new Verdict.Refused<>(RefusalReason.EMAIL_AMBIGUOUS);
    }
    UserModel user = users.get(0);
    if (!EmailAddress.isSame(person.email().get(), user.getEmail())) {
      return new Verdict.Refused<>(RefusalReason.EMAIL_AMBIGUOUS);
    }
    if (!user.isEmailVerified()) {
      return new Verdict.Refused<>(RefusalReason.EMAIL_NOT_VERIFIED);
    }
    if (RememberedIssuer.isUnlinked(user, person.issuer())) {
      return new Verdict.Refused<>(RefusalReason.LINK_REMOVED);
    }
    if (isAdmin(user)
        || session.users().getFederatedIdentity(realm, user, person.alias()) != null) {
      return new Verdict.Refused<>(RefusalReason.EMAIL_AMBIGUOUS);
    }
    person.link(user);
    person.update(user);
    return new Verdict.Accepted<>(user);
  }

  private static boolean isAdmin(UserModel user) {
    return user.getRoleMappingsStream().anyMatch(AdminRoles::isAdminRoleOrComposite)
        || user.getGroupsStream().anyMatch(AdminRoles::groupHasAdminRoles);
  }

  /** The brokered identity of a session, as Keycloak's mappers know it. */
  public BrokeredIdentityContext brokeredIdentity(VerifiedSession verified) {
    return new Person(verified).identity;
  }

  /** The person whom a session speaks of. */
  private final class Person {

    private final VerifiedSession verified;
    private final BrokeredIdentityContext identity;

    Person(VerifiedSession verified) {
      this.verified = verified;
      UserAuthenticationIdentityProvider<?> provider =
          IdentityBrokerService.getIdentityProvider(session, alias());
      this.identity = new BrokeredIdentityContext(verified.subject(), provider.getConfig());
      identity.setIdp(provider);
      identity.setUsername(verified.subject());
      identity.setBrokerUserId(alias() + '.' + verified.subject());
      email().ifPresent(identity::setEmail);
      identity.setFirstName(
          verified
              .text(IDToken.GIVEN_NAME)
              .or(() -> verified.text(IDToken.NAME))
              .map(this::cut)
              .orElse(null));
      identity.setLastName(verified.text(IDToken.FAMILY_NAME).map(this::cut).orElse(null));
      identity.getContextData().put(OIDCIdentityProvider.USER_INFO, verified.claims());
    }

    private String cut(String name) {
      return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    String alias() {
      return verified.issuerAlias();
    }

    String issuer() {
      return verified.settings().issuer();
    }

    Optional<String> email() {
      return verified.text(IDToken.EMAIL).filter(EmailAddress::isGood);
    }

    /** As OpenID Connect names the claim, or as Better Auth does; where both are there, by both. */
    boolean isEmailVerified() {
      List<JsonNode> said =
          Stream.of(IDToken.EMAIL_VERIFIED, "emailVerified")
              .filter(verified.claims()::has)
              .map(verified.claims()::get)
              .toList();
      return !said.isEmpty() && said.stream().allMatch(JsonNode::booleanValue);
    }

    /** The id of a user who is made for this person: a UUID of version 8 (RFC 9562 5.8). */
    String userId() {
      ByteBuffer hash =
          ByteBuffer.wrap(
              HashUtils.hash(
                  JavaAlgorithm.SHA256,
                  String.join("\0", realm.getId(), issuer(), verified.subject()).getBytes(UTF_8)));
      return new UUID(
              (hash.getLong() & ~0xF000L) | 0x8000L,
              (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62))
          .toString();
    }

    /**
     * @param parting what was issued until then does not count for the user; it may have been
     *     stolen from the user that was deleted
     */
    UserModel create(Optional<Parting> parting) {
      mappers(
          (mapper, model) -> mapper.preprocessFederatedIdentity(session, realm, model, identity));
      UserModel user = session.users().addUser(realm, userId(), username(), true, true);
      user.setEnabled(true);
      if (parting.isPresent()) {
        session.users().setNotBeforeForUser(realm, user, Math.toIntExact(parting.get().at() + 1));
      }
      user.setFirstName(identity.getFirstName());
      user.setLastName(identity.getLastName());
      identity.getAttributes().forEach(user::setAttribute);
      RememberedIssuer.madeFor(user, issuer());
      takeEmail(user);
      link(user);
      mappers((mapper, model) -> mapper.importNewUser(session, realm, user, model, identity));
      return user;
    }

    /** A name of its own, and nothing that somebody could take for another's. */
    private String username() {
      return Optional.ofNullable(identity.getModelUsername())
          .filter(name -> session.users().getUserByUsername(realm, name) == null)
          .orElseGet(() -> alias() + '.' + userId());
    }

    void link(UserModel user) {
      session
          .users()
          .addFederatedIdentity(
              realm,
              user,
              new FederatedIdentityModel(alias(), verified.subject(), verified.subject()));
    }

    void update(UserModel user) {
      if (identity.getIdpConfig().getSyncMode() == IdentityProviderSyncMode.FORCE) {
        takeOver(user.getFirstName(), identity.getFirstName(), user::setFirstName);
        takeOver(user.getLastName(), identity.getLastName(), user::setLastName);
        takeEmail(user);
      }
      mappers(
          (mapper, model) -> mapper.preprocessFederatedIdentity(session, realm, model, identity));
      mappers(
          (mapper, model) ->
              IdentityProviderMapperSyncModeDelegate.delegateUpdateBrokeredUser(
                  session, realm, user, model, identity, mapper));
    }

    private static void takeOver(String before, String now, Consumer<String> setter) {
      if (now != null && !now.equals(before)) {
        setter.accept(now);
      }
    }

    /** Never from another user, who may have it as e-mail or as username. */
    private void takeEmail(UserModel user) {
      email()
          .filter(email -> isFree(email, user))
          .ifPresent(
              email -> {
                if (EmailAddress.isSame(email, user.getEmail())) {
                  if (isEmailVerified() && !user.isEmailVerified()) {
                    user.setEmailVerified(true);
                  }
                } else {
                  user.setEmail(email);
                  user.setEmailVerified(isEmailVerified());
                }
              });
    }

    private boolean isFree(String email, UserModel user) {
      return isNobodyElse(session.users().getUserByEmail(realm, email), user)
          && isNobodyElse(session.users().getUserByUsername(realm, email), user);
    }

    private boolean isNobodyElse(UserModel owner, UserModel user) {
      return owner == null || owner.getId().equals(user.getId());
    }

    /** Asks the issuer's mappers to do one of the things that Keycloak asks of them. */
    private void mappers(BiConsumer<IdentityProviderMapper, IdentityProviderMapperModel> call) {
      session
          .identityProviders()
          .getMappersByAliasStream(alias())
          .forEach(
              model ->
                  call.accept(
                      (IdentityProviderMapper)
                          session
                              .getKeycloakSessionFactory()
                              .getProviderFactory(
                                  IdentityProviderMapper.class, model.getIdentityProviderMapper()),
                      model));
    }
  }
}
