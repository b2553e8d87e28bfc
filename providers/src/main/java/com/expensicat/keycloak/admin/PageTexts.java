package com.expensicat.keycloak.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.theme.Theme;

/**
 * The texts of the console's page: messages of the pack's admin theme, which a realm's own
 * localization may replace. A language that has none gets the English ones.
 */
final class PageTexts {

  private static final String THEME = "expensicat";

  /** What the page's keys begin with, to tell them from the console's. */
  private static final String PREFIX = "expensicatAdmin.";

  private PageTexts() {}

  /** The texts by their keys without the prefix. */
  static Map<String, String> of(KeycloakSession session, RealmModel realm, String locale) {
    try {
      Properties messages =
          session
              .theme()
              .getTheme(THEME, Theme.Type.ADMIN)
              .getEnhancedMessages(realm, Locale.forLanguageTag(locale));
      Map<String, String> texts = new TreeMap<>();
      messages.forEach(
          (key, text) -> {
            if (((String) key).startsWith(PREFIX)) {
              texts.put(((String) key).substring(PREFIX.length()), (String) text);
            }
          });
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
