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

  /** {@code {0}} of the mails, {@code {{name}}} of the account console. */
  private static final Pattern PLACE = Pattern.compile("\\{+\\w+}+");

  @ParameterizedTest
  @CsvSource({
    "account, de",
    "account, es",
    "account, fr",
    "email, de",
    "email, es",
    "email, fr",
  })
  void eachLanguageHasTheTextsOfTheEnglishOneWithTheirPlaces(String type, String language)
      throws IOException {
    Properties english = messages(type, "en");
    Properties other = messages(type, language);

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

  private static Properties messages(String type, String language) throws IOException {
    String file = "/theme/expensicat/" + type + "/messages/messages_" + language + ".properties";
    try (InputStream stream = MessagesTest.class.getResourceAsStream(file)) {
      Properties messages = new Properties();
      messages.load(new InputStreamReader(stream, UTF_8));
      return messages;
    }
  }
}
