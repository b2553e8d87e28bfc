package com.expensicat.keycloak.consent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.text.MessageFormat;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {

  @ParameterizedTest
  @ValueSource(strings = {"de", "es", "fr"})
  void eachLanguageHasTheWordsOfThePagesAndNoOthers(String language) throws IOException {
    assertThat(messages(language).stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(messages("en").stringPropertyNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"de", "en", "es", "fr"})
  void eachMessageIsAPatternWithThePlacesOfTheEnglishOne(String language) throws IOException {
    Properties english = messages("en");
    messages(language)
        .forEach(
            (key, text) ->
                assertThat(places((String) text))
                    .as("%s in %s", key, language)
                    .isEqualTo(places(english.getProperty((String) key))));
  }

  @Test
  void eachScopeOfTheCatalogHasItsDescriptionInEnglish() throws IOException {
    Properties english = messages("en");
    assertThat(
            english.stringPropertyNames().stream()
                .filter(key -> key.startsWith("expensicatScope."))
                .collect(toMap(key -> key.substring(key.indexOf('.') + 1), english::getProperty)))
        .isEqualTo(catalog());
  }

  private static Map<String, String> catalog() throws IOException {
    try (InputStream stream = MessagesTest.class.getResourceAsStream("/scope-catalog.tsv")) {
      return new String(stream.readAllBytes(), UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t", 2))
          .collect(toMap(line -> line[0], line -> line[1]));
    }
  }

  private static int places(String pattern) {
    return new MessageFormat(pattern).getFormatsByArgumentIndex().length;
  }

  private static Properties messages(String language) throws IOException {
    String file = "/theme-resources/messages/messages_" + language + ".properties";
    try (InputStream stream = MessagesTest.class.getResourceAsStream(file)) {
      Properties messages = new Properties();
      messages.load(new InputStreamReader(stream, UTF_8));
      return messages;
    }
  }
}
