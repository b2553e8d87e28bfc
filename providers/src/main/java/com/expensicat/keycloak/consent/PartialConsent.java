package com.expensicat.keycloak.consent;

import com.expensicat.keycloak.grant.EarlierGrants;
import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.organization.OrganizationConsents;
import com.expensicat.keycloak.scope.ScopeWords;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.managers.UserConsentManager;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.TokenUtil;

/**
 * What one authorization request asks a person to consent to, and what has been answered.
 *
 * <p>The scope of the sign-in is at all times what is granted: it is narrowed before anybody is
 * asked, and widened by the answer. Whichever way a browser takes from there, a code gives no more
 * than that. What was requested is kept in a note of the client, which a restart of the sign-in
 * does not clear.
 */
final class PartialConsent {

  /** Client attribute: an admin's list of scopes, with spaces between, that cannot be unticked. */
  static final String REQUIRED_SCOPES = "expensicat.required-scopes";

  private static final String REQUESTED = "expensicat-requested-scope";
  private static final String ANSWERED = "expensicat-answered-scopes";

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AuthenticationSessionModel authSession;
  private final ClientModel client;
  private final UserModel user;
  private final LoginOrganization organization;

  PartialConsent(KeycloakSession session, AuthenticationSessionModel authSession) {
    this.session = session;
    this.realm = authSession.getRealm();
    this.authSession = authSession;
    this.client = authSession.getClient();
    this.user = authSession.getAuthenticatedUser();
    this.organization = new LoginOrganization(session, authSession);
  }

  /**
   * One scope that the person is asked for.
   *
   * @param required whether it cannot be unticked
   * @param declined whether the person has declined it before
   */
  record Question(ClientScopeModel scope, boolean required, boolean declined) {

    String name() {
      return ScopeWords.name(scope);
    }
  }

  /** What is neither granted nor answered yet, in the order of the consent page. */
  List<Question> questions() {
    Set<String> answered = answered();
    Predicate<ClientScopeModel> granted = granted();
    DeclinedScopes declined = new DeclinedScopes(user, client);
    return askable()
        .filter(granted.negate())
        .filter(scope -> !answered.contains(ScopeWords.name(scope)))
        .sorted(ScopeWords.ORDER)
        .map(scope -> new Question(scope, isRequired(scope), declined.contains(scope)))
        .toList();
  }

  /** Names of the {@link #questions}. */
  Set<String> questionNames() {
    return questions().stream().map(Question::name).collect(Collectors.toSet());
  }

  /** Whether there is anything to ask, or to refuse, of scopes or of their organisation. */
  boolean isOpen() {
    return organization.isForeign() || organization.isOpen() || !questions().isEmpty();
  }

  /** Whether the person has granted nothing to the application yet. */
  boolean isFirst() {
    return consent() == null;
  }

  /**
   * Makes the scope of the sign-in what is granted now.
   *
   * @return {@link #isOpen}
   */
  boolean narrow() {
    Set<String> open =
        askable().filter(granted().negate()).map(ScopeWords::name).collect(Collectors.toSet());
    setScope(
        names(requested()).filter(name -> !open.contains(name)).collect(Collectors.joining(" ")));
    return organization.isForeign() || organization.isOpen() || !answered().containsAll(open);
  }

  /**
   * Takes an answer.
   *
   * @param form what was posted; names that were not asked for count for nothing
   * @return whether any of what was requested is granted; if not, nothing is kept
   */
  boolean accept(MultivaluedMap<String, String> form) {
    Set<String> ticked = new HashSet<>(form.getOrDefault(OAuth2Constants.SCOPE, List.of()));
    List<Question> questions = questions();
    UserConsentModel before = consent();
    Set<ClientScopeModel> asked =
        questions.stream().map(Question::scope).collect(Collectors.toSet());
    Set<String> counting = before == null ? new HashSet<>() : new HashSet<>(counting(before));
    asked.forEach(scope -> counting.remove(ScopeWords.name(scope)));
    questions.stream()
        .filter(question -> question.required() || ticked.contains(question.name()))
        .map(Question::name)
        .forEach(counting::add);
    List<ClientScopeModel> requested = askable().filter(Predicate.not(this::isDefault)).toList();
    if (!requested.isEmpty()
        && requested.stream().map(ScopeWords::name).noneMatch(counting::contains)) {
      return false;
    }
    keep(before, asked, counting);
    DeclinedScopes declined = new DeclinedScopes(user, client);
    asked.forEach(scope -> declined.set(scope, !counting.contains(ScopeWords.name(scope))));
    authSession.setClientNote(
        ANSWERED,
        Stream.concat(answered().stream(), asked.stream().map(ScopeWords::name))
            .distinct()
            .collect(Collectors.joining(" ")));
    withoutPromptForConsent();
    narrow();
    return true;
  }

  /** Keycloak's consent holds what counts for any organisation, and beside it is said for which. */
  private void keep(UserConsentModel before, Set<ClientScopeModel> asked, Set<String> counting) {
    Organization owner = organization.get().orElse(Organization.NONE);
    UserConsentModel now = new UserConsentModel(client);
    if (before != null) {
      Set<String> elsewhere = organizations(before).ofOthers(owner.id());
      before.getGrantedClientScopes().stream()
          .filter(scope -> !asked.contains(scope) || elsewhere.contains(ScopeWords.name(scope)))
          .forEach(now::addGrantedClientScope);
    }
    asked.stream()
        .filter(scope -> counting.contains(ScopeWords.name(scope)))
        .forEach(now::addGrantedClientScope);
    if (before == null) {
      UserConsentManager.addConsent(session, realm, user, now);
      OrganizationConsents.begin(user, consent(), owner, counting);
    } else {
      UserConsentManager.updateConsent(session, realm, user, now);
      organizations(before).set(owner, counting);
    }
  }

  private OrganizationConsents organizations(UserConsentModel consent) {
    return EarlierGrants.divide(session, user, consent);
  }

  /** All that the person has granted to the application so far, with spaces between. */
  String grantedNames() {
    UserConsentModel consent = consent();
    return consent == null
        ? ""
        : counting(consent).stream().sorted().collect(Collectors.joining(" "));
  }

  /** For whom the person acts. */
  LoginOrganization organization() {
    return organization;
  }

  /** The scopes that were requested or are given by default, and that a person is to consent to. */
  private Stream<ClientScopeModel> askable() {
    return TokenManager.getRequestedClientScopes(session, requested(), client, user)
        .filter(ClientScopeModel::isDisplayOnConsentScreen);
  }

  private UserConsentModel consent() {
    return UserConsentManager.getConsentByClient(session, realm, user, client.getId());
  }

  private Predicate<ClientScopeModel> granted() {
    if (TokenUtil.hasPrompt(
        authSession.getClientNote(OIDCLoginProtocol.PROMPT_PARAM),
        OIDCLoginProtocol.PROMPT_VALUE_CONSENT)) {
      return scope -> false;
    }
    UserConsentModel consent = consent();
    if (consent == null) {
      return scope -> false;
    }
    Set<String> counting = counting(consent);
    return scope -> counting.contains(ScopeWords.name(scope));
  }

  /** Names of what counts of a consent for the organisation that the person acts for. */
  private Set<String> counting(UserConsentModel consent) {
    return organizations(consent).of(organization.get().orElse(Organization.NONE).id());
  }

  private boolean isRequired(ClientScopeModel scope) {
    return isDefault(scope)
        || names(client.getAttribute(REQUIRED_SCOPES)).anyMatch(ScopeWords.name(scope)::equals);
  }

  /** Default scopes are given whether asked for or not, and so is the client as its own scope. */
  private boolean isDefault(ClientScopeModel scope) {
    return scope instanceof ClientModel
        || client.getClientScopes(true).containsKey(ScopeWords.name(scope));
  }

  private String requested() {
    String kept = authSession.getClientNote(REQUESTED);
    if (kept == null) {
      kept = Optional.ofNullable(authSession.getClientNote(OAuth2Constants.SCOPE)).orElse("");
      authSession.setClientNote(REQUESTED, kept);
    }
    return kept;
  }

  private Set<String> answered() {
    return names(authSession.getClientNote(ANSWERED)).collect(Collectors.toSet());
  }

  private static Stream<String> names(String text) {
    return text == null
        ? Stream.empty()
        : Stream.of(text.split(" ", -1)).filter(name -> !name.isEmpty());
  }

  private void setScope(String scope) {
    authSession.setClientNote(OAuth2Constants.SCOPE, scope);
    AuthenticationManager.setClientScopesInSession(session, authSession);
  }

  /** Once answered, what Keycloak is to look at is the consent that is kept. */
  private void withoutPromptForConsent() {
    String prompt = authSession.getClientNote(OIDCLoginProtocol.PROMPT_PARAM);
    if (prompt != null) {
      authSession.setClientNote(
          OIDCLoginProtocol.PROMPT_PARAM,
          names(prompt)
              .filter(Predicate.not(OIDCLoginProtocol.PROMPT_VALUE_CONSENT::equals))
              .collect(Collectors.joining(" ")));
    }
  }
}
