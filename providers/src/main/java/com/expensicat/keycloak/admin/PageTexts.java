package com.expensicat.keycloak.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
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
 *
 * <p>Only the theme's own languages are asked for. Keycloak keeps the messages of each language
 * that it is asked for, and for that drops those of languages that are in use
 * (keycloak/keycloak#52835).
 */
final class PageTexts {

  private static final String THEME = "expensicat";

  /** What the page's keys begin with, to tell them from the console's. */
  private static final String PREFIX = "expensicatAdmin.";

  private PageTexts() {}

  /**
   * The texts by their keys without the prefix.
   *
   * @param locale a language tag (RFC 5646), whatever a caller says
   */
  static Map<String, String> of(KeycloakSession session, RealmModel realm, String locale) {
    try {
      Theme theme = session.theme().getTheme(THEME, Theme.Type.ADMIN);
      Properties messages = theme.getEnhancedMessages(realm, language(theme, locale));
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

  /** The theme's language that fits best (RFC 4647 3.4); English where none does. */
  private static Locale language(Theme theme, String locale) throws IOException {
    List<Locale> known =
        Arrays.stream(theme.getProperties().getProperty("locales", "").split(","))
            .map(tag -> Locale.forLanguageTag(tag.trim()))
            .toList();
    String wanted = Locale.forLanguageTag(locale).toLanguageTag();
    Locale best = Locale.lookup(List.of(new Locale.LanguageRange(wanted)), known);
    return best == null ? Locale.ENGLISH : best;
  }
}
