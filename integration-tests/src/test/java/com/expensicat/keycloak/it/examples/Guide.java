package com.expensicat.keycloak.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The public guide, word for word, as a reader takes commands out of it. */
final class Guide {

  /** The address of the guide. */
  static final String ADDRESS = "https://api.expensicat.com";

  private static final String TEXT = read();

  /** A command ends with its address; the text goes on without a space, with a capital. */
  private static final Pattern CURL =
      Pattern.compile("(?s)curl .*?" + Pattern.quote(ADDRESS) + "[a-z0-9/]+");

  private static final Pattern AUTHORIZE = Pattern.compile("GET (/api/auth/oauth2/authorize)");
  private static final Pattern TOKEN =
      Pattern.compile("(?s)POST (/api/auth/oauth2/token)(\\{.*?})");
  private static final Pattern PARAMETER =
      Pattern.compile("(?m)^([a-z_]+) \\| (?:Must be (\\w+)|.*) \\|$");
  private static final Pattern SCOPE = Pattern.compile("(?m)^([a-z]+:[a-z]+) \\| .* \\|");

  private Guide() {}

  private static String read() {
    try (InputStream guide = Guide.class.getResourceAsStream("/authentication-guide.txt")) {
      return new String(guide.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commands, in their order. */
  static List<String> commands() {
    return CURL.matcher(TEXT).results().map(MatchResult::group).toList();
  }

  static String authorizePath() {
    return found(AUTHORIZE).group(1);
  }

  /**
   * A parameter of the authorization request.
   *
   * @param value what it must be, or null
   */
  record Parameter(String name, String value) {}

  static List<Parameter> authorizeParameters() {
    return PARAMETER
        .matcher(TEXT)
        .results()
        .map(row -> new Parameter(row.group(1), row.group(2)))
        .toList();
  }

  static String tokenPath() {
    return found(TOKEN).group(1);
  }

  /** The JSON of the token request. */
  static String tokenBody() {
    return found(TOKEN).group(2);
  }

  static List<String> scopes() {
    return SCOPE.matcher(TEXT).results().map(row -> row.group(1)).toList();
  }

  private static Matcher found(Pattern pattern) {
    Matcher matcher = pattern.matcher(TEXT);
    if (!matcher.find()) {
      throw new AssertionError("Not in the guide: " + pattern);
    }
    return matcher;
  }
}
