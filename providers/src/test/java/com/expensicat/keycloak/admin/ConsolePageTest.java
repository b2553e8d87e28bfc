package com.expensicat.keycloak.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the admin theme fit each other. */
class ConsolePageTest {

  private static final String THEME = "/theme/expensicat/admin/";
  private static final String SCRIPT = "js/expensicat-admin.js";
  private static final String PREFIX = "expensicatAdmin.";
  private static final Pattern TEXT = Pattern.compile("\\bt\\(\\s*\"(\\w+)\"|\\btexts\\.(\\w+)");
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @ParameterizedTest
  @ValueSource(strings = {"de", "es", "fr"})
  void eachLanguageHasTheTextsOfThePageAndNoOthersWithTheSamePlaces(String language)
      throws IOException {
    Properties english = messages("en");
    Properties messages = messages(language);

    assertThat(messages.stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
    messages.forEach(
        (key, text) ->
            assertThat(places((String) text))
                .as("%s in %s", key, language)
                .isEqualTo(places(english.getProperty((String) key))));
  }

  @Test
  void thePageUsesEachTextAndNoOther() throws IOException {
    List<String> used =
        TEXT.matcher(new String(file("resources/" + SCRIPT), UTF_8))
            .results()
            .map(found -> PREFIX + (found.group(1) == null ? found.group(2) : found.group(1)))
            .distinct()
            .toList();

    assertThat(used).containsExactlyInAnyOrderElementsOf(messages("en").stringPropertyNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"scripts.expensicat", "styles.expensicat"})
  void theAddressOfAFileChangesWithIt(String property) throws Exception {
    String[] address = properties("theme.properties").getProperty(property).split("\\?v=", -1);

    assertThat(address[1]).isEqualTo(sha256(file("resources/" + address[0])).substring(0, 8));
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static List<String> places(String text) {
    return PLACE.matcher(text).results().map(MatchResult::group).sorted().toList();
  }

  private static Properties messages(String language) throws IOException {
    return properties("messages/messages_" + language + ".properties");
  }

  private static Properties properties(String name) throws IOException {
    try (InputStream stream = ConsolePageTest.class.getResourceAsStream(THEME + name)) {
      Properties properties = new Properties();
      properties.load(new InputStreamReader(stream, UTF_8));
      return properties;
    }
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream stream = ConsolePageTest.class.getResourceAsStream(THEME + name)) {
      return stream.readAllBytes();
    }
  }
}
