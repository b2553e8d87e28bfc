package com.expensicat.keycloak.organization;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.endpoints.AuthorizationEndpoint;
import org.keycloak.services.managers.AuthenticationSessionManager;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.JsonSerialization;

/**
 * For which organisation a login under way is to give a code: the one that the person has chosen on
 * its pages, else the one that the request asks for, else the one of the sign-in, else the only
 * one.
 */
public final class LoginOrganization {

  /** The parameter of an authorization request that asks for one, by its id. */
  public static final String PARAMETER = "organization";

  /** Says that a request asks for one that the person does not belong to. */
  public static final String FOREIGN =
      "The person does not belong to the organization that is asked for";

  /** The note of a user session that holds those that the issuer has named, as JSON. */
  private static final String NAMED = "expensicat.organizations";

  /** The note of a user session whose issuer has named all that there are. */
  private static final String IS_COMPLETE = "expensicat.organizations-complete";

  /** What of the sign-in a login goes by, wherever the browser's session may go meanwhile. */
  private static final List<String> OF_SIGN_IN =
      List.of(ActiveOrganization.NOTE, NAMED, IS_COMPLETE);

  /** A note that ends with the sign-in: the one that the person has chosen. */
  private static final String CHOSEN = "expensicat.organization-chosen";

  private final KeycloakSession session;
  private final AuthenticationSessionModel login;
  private final List<Organization> all;
  private final Optional<String> ofSignIn;

  /**
   * @param login whose person is known
   */
  public LoginOrganization(KeycloakSession session, AuthenticationSessionModel login) {
    this.session = session;
    this.login = login;
    this.ofSignIn = note(ActiveOrganization.NOTE);
    this.all = all();
  }

  /**
   * Notes what the issuer says in a sign-in.
   *
   * @param active for which one the person acts there, where it says so
   * @param named those that it names, that one among them
   * @param isComplete whether it names all
   */
  public static void note(
      AuthenticationSessionModel login,
      Optional<String> active,
      List<Organization> named,
      boolean isComplete) {
    login.setUserSessionNote(ActiveOrganization.NOTE, active.orElse(""));
    login.setUserSessionNote(NAMED, JsonSerialization.valueAsString(named));
    login.setUserSessionNote(IS_COMPLETE, isComplete ? "true" : "");
    OF_SIGN_IN.forEach(login::removeAuthNote);
    login.removeAuthNote(CHOSEN);
  }

  /**
   * Has the login go by what a page has shown, also where the browser signs in for another
   * organisation before the person has answered.
   */
  public void hold() {
    OF_SIGN_IN.forEach(name -> login.setAuthNote(name, note(name).orElse("")));
  }

  /** As held, else of this sign-in, else where the browser's session goes on of that. */
  private Optional<String> note(String name) {
    return Optional.ofNullable(login.getAuthNote(name))
        .or(() -> Optional.ofNullable(login.getUserSessionNotes().get(name)))
        .or(() -> Optional.ofNullable(browsersSession()).map(before -> before.getNote(name)))
        .filter(Predicate.not(String::isEmpty));
  }

  /** Looked up once in a request: where there is none, the database is asked for it. */
  private UserSessionModel browsersSession() {
    String name = LoginOrganization.class.getName() + login.getParentSession().getId();
    Optional<?> known = session.getAttribute(name, Optional.class);
    if (known == null) {
      known = Optional.ofNullable(new AuthenticationSessionManager(session).getUserSession(login));
      session.setAttribute(name, known);
    }
    return (UserSessionModel) known.orElse(null);
  }

  private List<Organization> all() {
    List<Organization> found = new ArrayList<>();
    Stream.of(
            note(NAMED).map(LoginOrganization::read).orElse(List.of()).stream(),
            ofSignIn.map(id -> new Organization(id, id)).stream(),
            ofRealm())
        .flatMap(organizations -> organizations)
        .filter(one -> found.stream().noneMatch(other -> other.id().equals(one.id())))
        .forEach(found::add);
    return List.copyOf(found);
  }

  private static List<Organization> read(String json) {
    return List.of(JsonSerialization.valueFromString(json, Organization[].class));
  }

  private Stream<Organization> ofRealm() {
    UserModel user = login.getAuthenticatedUser();
    return user == null ? Stream.empty() : RealmOrganizations.of(session, login.getRealm(), user);
  }

  /** All that the person may act for; more than one where there is a choice. */
  public List<Organization> choices() {
    return requested(login).isPresent() ? List.of() : all;
  }

  /** The id of the one that a login's request asks for. */
  public static Optional<String> requested(AuthenticationSessionModel login) {
    return Optional.ofNullable(
        login.getClientNote(
            AuthorizationEndpoint.LOGIN_SESSION_NOTE_ADDITIONAL_REQ_PARAMS_PREFIX + PARAMETER));
  }

  /** The one; empty if none is known. */
  public Optional<Organization> get() {
    return Optional.ofNullable(login.getAuthNote(CHOSEN))
        .or(() -> requested(login))
        .or(() -> ofSignIn)
        .map(this::find)
        .orElseGet(() -> all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty());
  }

  private Optional<Organization> find(String id) {
    return all.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /** Whether the request asks for one that the person does not belong to. */
  public boolean isForeign() {
    return requested(login).filter(id -> find(id).isEmpty()).isPresent();
  }

  /** Whether the request asks for another one than that of the sign-in. */
  public boolean isOther() {
    return ofSignIn.isPresent()
        && requested(login).filter(id -> !id.equals(ofSignIn.get())).isPresent();
  }

  /** Whether the request asks for one that the issuer has not named, and may name if asked. */
  public boolean isUnknown() {
    return isForeign() && isUnknown(login, browsersSession());
  }

  /**
   * The same before it is known who the person is.
   *
   * @param userSession the browser's session; may be null
   */
  public static boolean isUnknown(AuthenticationSessionModel login, UserSessionModel userSession) {
    String named = userSession == null ? null : userSession.getNote(NAMED);
    return named != null
        && !"true".equals(userSession.getNote(IS_COMPLETE))
        && requested(login)
            .filter(id -> read(named).stream().noneMatch(one -> one.id().equals(id)))
            .isPresent();
  }

  /** Whether nobody has said yet which of several it is. */
  public boolean isOpen() {
    return all.size() > 1 && get().isEmpty();
  }

  /**
   * Has the person act for another one from here.
   *
   * @return false if the person cannot
   */
  public boolean choose(String id) {
    boolean isChoice = choices().stream().anyMatch(one -> one.id().equals(id));
    if (isChoice) {
      login.setAuthNote(CHOSEN, id);
    }
    return isChoice;
  }
}
