package com.expensicat.keycloak.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {

  /** {@code {0}} of pages and mails, {@code {{name}}} of the account console. */
  private static final Pattern PLACE = Pattern.compile("\\{+\\w+}+");

  @ParameterizedTest
  @CsvSource({
    "theme/expensicat/account, de",
    "theme/expensicat/account, es",
    "theme/expensicat/account, fr",
    "theme-resources, de",
    "theme-resources, es",
    "theme-resources, fr",
  })
  void eachLanguageHasTheTextsOfTheEnglishOneWithTheirPlaces(String folder, String language)
      throws IOException {
    Properties english = messages(folder, "en");
    Properties other = messages(folder, language);

    assertThat(other.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
    english.forEach(
        (key, text) ->
            assertThat(places(other.getProperty((String) key)))
                .as("%s in %s", key, language)
                .isEqualTo(places((String) text)));
  }

  private static Set<String> places(String text) {
    Set<String> places = new TreeSet<>();
    PLACE.matcher(text).results().map(MatchResult::group).forEach(places::add);
    return places;
  }

  private static Properties messages(String folder, String language) throws IOException {
    String file = "/" + folder + "/messages/messages_" + language + ".properties";
    try (InputStream stream = MessagesTest.class.getResourceAsStream(file)) {
      Properties messages = new Properties();
      messages.load(new InputStreamReader(stream, UTF_8));
      return messages;
    }
  }
}
