package com.expensicat.keycloak.access;

import com.expensicat.keycloak.scope.ScopeWords;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.keycloak.email.EmailException;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.locale.LocaleSelectorProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.theme.Theme;

/**
 * One mail about an application's access.
 *
 * @param clientId the application
 * @param organization the name of the organisation that it is for, or empty
 * @param scopes ids of the client scopes that it has now, with its own id for itself
 * @param millis when it happened, in milliseconds since the epoch
 * @param account where the person takes access back
 * @param language the mail's language; {@code null} for the person's own
 */
record AccessMail(
    String realmId,
    String userId,
    String clientId,
    Occasion occasion,
    String organization,
    List<String> scopes,
    long millis,
    String account,
    String language) {

  private static final Logger logger = Logger.getLogger(AccessMail.class);
  private static final String TEMPLATE = "expensicat-access.ftl";
  private static final int LONGEST_NAME = 80;

  /** What happened; the messages' keys begin with its word. */
  enum Occasion {
    CONNECTED("expensicatConnected"),
    CHANGED("expensicatChanged"),
    TAKEN_AWAY("expensicatTakenAway");

    private final String key;

    Occasion(String key) {
      this.key = key;
    }
  }

  /** Whether the realm has a mail server at all; a file may leave its place empty. */
  static boolean canBeSent(RealmModel realm) {
    return realm.getSmtpConfig() != null
        && !realm.getSmtpConfig().getOrDefault("host", "").isBlank();
  }

  /** Sends the mail, to an address that is verified, or logs that it cannot be sent. */
  void send(KeycloakSessionFactory factory) {
    try {
      KeycloakModelUtils.runJobInTransaction(factory, this::send);
    } catch (RuntimeException e) {
      // What a mail server says may hold the address.
      logger.debug("No mail", e);
      logger.warnf("No mail about the access of %s: %s", clientId, e.getClass().getSimpleName());
    }
  }

  private void send(KeycloakSession session) {
    RealmModel realm = session.realms().getRealm(realmId);
    session.getContext().setRealm(realm);
    UserModel user = session.users().getUserById(realm, userId);
    ClientModel client = realm.getClientByClientId(clientId);
    if (user == null || user.getEmail() == null || !user.isEmailVerified() || client == null) {
      return;
    }
    session.setAttribute(LocaleSelectorProvider.USER_REQUEST_LOCALE, language);
    String application = name(client);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put(Constants.IGNORE_ACCEPT_LANGUAGE_HEADER, true);
    attributes.put("key", occasion.key);
    attributes.put("application", application);
    attributes.put("organization", line(organization));
    attributes.put("account", account);
    Locale locale = session.getContext().resolveLocale(user, true);
    attributes.put("time", time(locale));
    ScopeWords words = new ScopeWords(session, realm, Theme.Type.EMAIL, locale);
    attributes.put(
        "scopes",
        scopes.stream()
            .map(id -> id.equals(client.getId()) ? client : realm.getClientScopeById(id))
            .filter(Objects::nonNull)
            .sorted(ScopeWords.ORDER)
            .map(words::of)
            .toList());
    try {
      session
          .getProvider(EmailTemplateProvider.class)
          .setRealm(realm)
          .setUser(user)
          .send(occasion.key + "Subject", List.of(application), TEMPLATE, attributes);
    } catch (EmailException e) {
      throw new IllegalStateException(e);
    }
  }

  private String time(Locale locale) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
            .withLocale(locale)
            .withZone(ZoneOffset.UTC)
            .format(Instant.ofEpochMilli(millis))
        + " UTC";
  }

  private static String name(ClientModel client) {
    String name = line(client.getName() == null ? "" : client.getName());
    return name.isEmpty() ? client.getClientId() : name;
  }

  /**
   * A name in one line, without what begins a header of its own or turns the direction of the text
   * round it.
   */
  private static String line(String name) {
    String line = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ").strip();
    return line.length() > LONGEST_NAME ? line.substring(0, LONGEST_NAME).strip() + '…' : line;
  }
}
