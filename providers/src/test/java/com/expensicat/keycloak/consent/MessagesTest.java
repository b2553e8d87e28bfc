package com.expensicat.keycloak.consent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.text.MessageFormat;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {

  @ParameterizedTest
  @ValueSource(strings = {"de", "es", "fr"})
  void eachLanguageHasTheWordsOfTheConsentPageAndNoOthers(String language) throws IOException {
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
