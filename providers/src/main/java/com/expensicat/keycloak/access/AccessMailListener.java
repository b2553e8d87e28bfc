package com.expensicat.keycloak.access;

import com.expensicat.keycloak.AfterCommit;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.organization.OrganizationConsents;
import com.expensicat.keycloak.scope.ScopeWords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.executors.ExecutorsProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.Urls;
import org.keycloak.services.managers.UserConsentManager;
import org.keycloak.urls.UrlType;

/**
 * Collects what happens to applications' access within a request, and has it mailed once that is in
 * the database. The mail is sent by another thread: Keycloak's own event mails hold up the answer
 * for as long as a mail server lets them wait.
 */
final class AccessMailListener implements EventListenerProvider {

  private static final Pattern CONSENT = Pattern.compile("users/([^/]+)/consents/(.+)");

  private final KeycloakSession session;
  private final Map<String, AccessMail> mails = new HashMap<>();

  AccessMailListener(KeycloakSession session) {
    this.session = session;
    AfterCommit.run(session, this::send);
  }

  @Override
  public void onEvent(Event event) {
    Map<String, String> details = event.getDetails() == null ? Map.of() : event.getDetails();
    switch (event.getType()) {
      case GRANT_CONSENT ->
          add(event, details.get(Details.GRANTED_CLIENT), AccessMail.Occasion.CONNECTED);
      case UPDATE_CONSENT ->
          add(event, details.get(Details.GRANTED_CLIENT), AccessMail.Occasion.CHANGED);
      case LOGIN -> {
        // Keycloak's own consent page has no event of its own.
        if (Details.CONSENT_VALUE_CONSENT_GRANTED.equals(details.get(Details.CONSENT))) {
          add(event, event.getClientId(), AccessMail.Occasion.CONNECTED);
        }
      }
      case REVOKE_GRANT -> {
        // An application may end its own tokens (RFC 7009), which takes no consent away.
        if (!details.containsKey(Details.REFRESH_TOKEN_ID)) {
          add(event, details.get(Details.REVOKED_CLIENT), AccessMail.Occasion.TAKEN_AWAY);
        }
      }
      default -> {}
    }
  }

  @Override
  public void onEvent(AdminEvent event, boolean includeRepresentation) {
    if (event.getOperationType() != OperationType.ACTION || event.getResourcePath() == null) {
      return;
    }
    Matcher path = CONSENT.matcher(event.getResourcePath());
    if (path.matches()) {
      RealmModel realm = session.realms().getRealm(event.getRealmId());
      UserModel user = session.users().getUserById(realm, path.group(1));
      add(realm, user, path.group(2), AccessMail.Occasion.TAKEN_AWAY, null, event.getDetails());
    }
  }

  /** Of what a person does the mail is in the language of the page on which it is done. */
  private void add(Event event, String clientId, AccessMail.Occasion occasion) {
    if (event.getUserId() != null) {
      RealmModel realm = session.realms().getRealm(event.getRealmId());
      UserModel user = session.users().getUserById(realm, event.getUserId());
      String language = session.getContext().resolveLocale(user).toLanguageTag();
      add(realm, user, clientId, occasion, language, event.getDetails());
    }
  }

  private void add(
      RealmModel realm,
      UserModel user,
      String clientId,
      AccessMail.Occasion occasion,
      String language,
      Map<String, String> details) {
    ClientModel client = clientId == null ? null : realm.getClientByClientId(clientId);
    if (client == null || user == null || !AccessMail.canBeSent(realm)) {
      return;
    }
    String account =
        Urls.accountBase(session.getContext().getUri(UrlType.FRONTEND).getBaseUri())
            .path("applications")
            .build(realm.getName())
            .toString();
    mails.putIfAbsent(
        user.getId() + ' ' + clientId,
        new AccessMail(
            realm.getId(),
            user.getId(),
            clientId,
            occasion,
            detail(details, Organization.EVENT_NAME),
            grantedScopes(realm, user, client, detail(details, Organization.EVENT_ID)),
            Time.currentTimeMillis(),
            account,
            language));
  }

  /** Read here: what another thread reads may come from a cache that does not know it yet. */
  private List<String> grantedScopes(
      RealmModel realm, UserModel user, ClientModel client, String organization) {
    UserConsentModel consent =
        UserConsentManager.getConsentByClient(session, realm, user, client.getId());
    if (consent == null) {
      return List.of();
    }
    Set<String> granted =
        new OrganizationConsents(user, consent, () -> Set.of(organization)).of(organization);
    return consent.getGrantedClientScopes().stream()
        .filter(scope -> organization.isEmpty() || granted.contains(ScopeWords.name(scope)))
        .map(ClientScopeModel::getId)
        .toList();
  }

  private static String detail(Map<String, String> details, String name) {
    return details == null ? "" : details.getOrDefault(name, "");
  }

  private void send() {
    if (mails.isEmpty()) {
      return;
    }
    KeycloakSessionFactory factory = session.getKeycloakSessionFactory();
    ExecutorService executor =
        session.getProvider(ExecutorsProvider.class).getExecutor("expensicat-email");
    mails.values().forEach(mail -> executor.execute(() -> mail.send(factory)));
  }

  @Override
  public void close() {}
}
