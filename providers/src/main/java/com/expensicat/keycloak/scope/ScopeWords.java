package com.expensicat.keycloak.scope;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.Comparator;
import java.util.Locale;
import java.util.Properties;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.theme.Theme;

/**
 * What scopes let an application do, in a person's language. The catalog's text in the realm is in
 * one language, as the admin console shows a {@code ${key}} raw; its translations are messages with
 * the scope's name in the key. An admin's own text stays as it is.
 */
public final class ScopeWords {

  /** The order of the consent page: the realm's, and what has no place in it last. */
  public static final Comparator<ClientScopeModel> ORDER =
      Comparator.comparing(ScopeWords::place).thenComparing(ScopeWords::name);

  private static final String KEY = "expensicatScope.";

  private final Locale locale;
  private final Properties messages;

  /**
   * @param type the theme type, of the context's realm, whose messages are taken
   */
  public ScopeWords(KeycloakSession session, RealmModel realm, Theme.Type type, Locale locale) {
    this.locale = locale;
    try {
      this.messages = session.theme().getTheme(type).getEnhancedMessages(realm, locale);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words for one scope; a client may be a scope of itself. */
  public String of(ClientScopeModel scope) {
    String text = scope.getConsentScreenText();
    if (text == null || text.isBlank()) {
      return name(scope);
    }
    if (text.equals(scope.getAttribute(ScopeReconciler.CATALOG_DESCRIPTION))) {
      return message(KEY + scope.getName(), text);
    }
    return text.startsWith("${") && text.endsWith("}")
        ? message(text.substring(2, text.length() - 1), text)
        : text;
  }

  /** The name of a scope; a client is a scope of itself, and may have none. */
  public static String name(ClientScopeModel scope) {
    return scope instanceof ClientModel client ? client.getClientId() : scope.getName();
  }

  private static int place(ClientScopeModel scope) {
    String place = scope.getGuiOrder();
    return place != null && place.matches("\\d{1,9}") ? Integer.parseInt(place) : Integer.MAX_VALUE;
  }

  private String message(String key, String other) {
    String pattern = messages.getProperty(key);
    return pattern == null ? other : new MessageFormat(pattern, locale).format(new Object[0]);
  }
}
