package com.expensicat.keycloak.session.issuer;

import com.expensicat.keycloak.PackSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * The settings of an issuer of session JWTs, read from the {@code config} of its identity provider.
 *
 * @param issuer the exact {@code iss}
 * @param jwksUrl address of the keys; not used where {@code jwks} is there
 * @param jwks the keys themselves, as a JWK set
 * @param audience the {@code aud} that must be there
 * @param algorithms the algorithms that may sign
 * @param clockSkew how far the clocks may differ, in seconds
 * @param maxLifetime longest time from {@code iat} to {@code exp}, in seconds
 * @param maxKeyAge for how long keys are used before they are fetched again, in seconds
 * @param subjectClaim the claim that is the person's id, by its name or its path
 * @param requiredClaims claims that must be there besides
 * @param firstMeeting what happens at the first meeting
 * @param scopes the scopes that a session stands for; absent: the whole catalog
 * @param introspectionClients ids of the clients that may introspect and revoke
 * @param exchangeClients ids of the clients that may exchange and revoke
 * @param organizationClaim the claim that is the id of the organisation that the person acts for
 * @param organizationNameClaim the claim that is its name
 * @param organizationsClaim the claim that lists all that the person may act for, by ids or by
 *     objects with {@code id} and {@code name}
 * @param handOverUrl the web application's page that hands a signed-in person over; without it
 *     there is no sign-in by this issuer
 * @param tryFirst whether the login page is shown only after the hand-over page has found nobody
 * @param singleUse whether a session can be exchanged once only
 */
public record IssuerSettings(
    String issuer,
    String jwksUrl,
    Optional<String> jwks,
    String audience,
    Set<SigningAlgorithm> algorithms,
    int clockSkew,
    int maxLifetime,
    int maxKeyAge,
    String subjectClaim,
    List<String> requiredClaims,
    FirstMeeting firstMeeting,
    Optional<Set<String>> scopes,
    Set<String> introspectionClients,
    Set<String> exchangeClients,
    String organizationClaim,
    Optional<String> organizationNameClaim,
    Optional<String> organizationsClaim,
    Optional<String> handOverUrl,
    boolean tryFirst,
    boolean singleUse) {

  /**
   * The type of identity provider, as realm files and admin REST name it, and the id of all else
   * that Keycloak has for session JWTs.
   */
  public static final String PROVIDER_ID = "expensicat-session-jwt";

  public static final String ISSUER = "issuer";
  public static final String JWKS_URL = "jwksUrl";
  public static final String JWKS = "jwks";
  public static final String AUDIENCE = "audience";
  public static final String ALGORITHMS = "algorithms";
  public static final String CLOCK_SKEW = "clockSkew";
  public static final String MAX_LIFETIME = "maxLifetime";
  public static final String MAX_KEY_AGE = "maxKeyAge";
  public static final String SUBJECT_CLAIM = "subjectClaim";
  public static final String REQUIRED_CLAIMS = "requiredClaims";
  public static final String FIRST_MEETING = "firstMeeting";
  public static final String SCOPES = "scopes";
  public static final String INTROSPECTION_CLIENTS = "introspectionClients";
  public static final String EXCHANGE_CLIENTS = "exchangeClients";
  public static final String ORGANIZATION_CLAIM = "organizationClaim";
  public static final String ORGANIZATION_NAME_CLAIM = "organizationNameClaim";
  public static final String ORGANIZATIONS_CLAIM = "organizationsClaim";
  public static final String HAND_OVER_URL = "handOverUrl";
  public static final String TRY_FIRST = "tryFirst";
  public static final String SINGLE_USE = "singleUse";

  /** Where Better Auth, the reference issuer, publishes its keys, below {@code iss}. */
  private static final String DEFAULT_JWKS_PATH = "/api/auth/jwks";

  private static final String DEFAULT_INTROSPECTION_CLIENT = PackSettings.get().audience();

  private static final int LARGEST_CLOCK_SKEW = 300;
  private static final int ONE_DAY = 24 * 60 * 60;

  /** What was read before, by what it was read from: each token asks for those of its issuer. */
  private static final Map<Map<String, String>, IssuerSettings> KNOWN = new ConcurrentHashMap<>();

  private static final int MOST_KNOWN = 1000;

  private static final String DEFAULT_ALGORITHMS =
      Arrays.stream(SigningAlgorithm.values())
          .map(SigningAlgorithm::settingName)
          .collect(Collectors.joining(","));

  /** Whether this client may introspect, and so revoke, sessions of this issuer. */
  public boolean mayIntrospect(String clientId) {
    return introspectionClients.contains(clientId);
  }

  /** Whether this client may exchange, and so revoke, sessions of this issuer. */
  public boolean mayExchange(String clientId) {
    return exchangeClients.contains(clientId);
  }

  /**
   * Reads the settings.
   *
   * @param config by the names of {@link #properties()}; what is missing or blank has its default
   * @throws IllegalArgumentException for a value that cannot be; its message begins with the name
   */
  public static IssuerSettings of(Map<String, String> config) {
    IssuerSettings known = KNOWN.get(config);
    if (known != null) {
      return known;
    }
    IssuerSettings read = read(config);
    if (KNOWN.size() >= MOST_KNOWN) {
      KNOWN.clear();
    }
    KNOWN.put(new HashMap<>(config), read);
    return read;
  }

  private static IssuerSettings read(Map<String, String> config) {
    Reader reader = new Reader(config);
    String issuer =
        reader.text(ISSUER).orElseThrow(() -> invalid(ISSUER, "must be there: the exact iss"));
    if (issuer.chars().anyMatch(Character::isWhitespace)) {
      throw invalid(ISSUER, "must have no space in it");
    }
    Optional<String> jwks = reader.text(JWKS);
    if (jwks.isPresent() && reader.text(JWKS_URL).isPresent()) {
      throw invalid(JWKS, "the keys are either here or at jwksUrl, not at both");
    }
    Optional<String> handOverUrl = reader.address(HAND_OVER_URL);
    boolean tryFirst = reader.flag(TRY_FIRST);
    if (tryFirst && handOverUrl.isEmpty()) {
      throw invalid(TRY_FIRST, "needs a handOverUrl");
    }
    return new IssuerSettings(
        issuer,
        jwks.isPresent() ? "" : reader.address(JWKS_URL).orElseGet(() -> defaultJwksUrl(issuer)),
        jwks,
        reader.text(AUDIENCE).orElse(issuer),
        algorithms(reader),
        reader.number(CLOCK_SKEW, 10, 0, LARGEST_CLOCK_SKEW),
        reader.number(MAX_LIFETIME, 3600, 1, ONE_DAY),
        reader.number(MAX_KEY_AGE, 300, 1, ONE_DAY),
        reader.text(SUBJECT_CLAIM).orElse("sub"),
        List.copyOf(reader.list(REQUIRED_CLAIMS, "email")),
        reader.text(FIRST_MEETING).map(IssuerSettings::rule).orElse(FirstMeeting.CREATE),
        reader.text(SCOPES).map(scopes -> reader.list(SCOPES, "")),
        reader.list(INTROSPECTION_CLIENTS, DEFAULT_INTROSPECTION_CLIENT),
        reader.list(EXCHANGE_CLIENTS, ""),
        reader.text(ORGANIZATION_CLAIM).orElse("org"),
        reader.text(ORGANIZATION_NAME_CLAIM),
        reader.text(ORGANIZATIONS_CLAIM),
        handOverUrl,
        tryFirst,
        reader.flag(SINGLE_USE));
  }

  private static String defaultJwksUrl(String issuer) {
    String url = issuer.replaceFirst("/+$", "") + DEFAULT_JWKS_PATH;
    try {
      requireAddress(JWKS_URL, url);
    } catch (IllegalArgumentException e) {
      throw invalid(JWKS_URL, "must be there, or jwks: no address follows from the issuer");
    }
    return url;
  }

  private static Set<SigningAlgorithm> algorithms(Reader reader) {
    Set<SigningAlgorithm> algorithms =
        reader.each(ALGORITHMS, DEFAULT_ALGORITHMS, IssuerSettings::algorithm);
    if (algorithms.isEmpty()) {
      throw invalid(ALGORITHMS, "must name one at least of " + DEFAULT_ALGORITHMS);
    }
    return algorithms;
  }

  private static SigningAlgorithm algorithm(String name) {
    return SigningAlgorithm.of(name)
        .orElseThrow(() -> invalid(ALGORITHMS, name + " is none of " + DEFAULT_ALGORITHMS));
  }

  private static FirstMeeting rule(String name) {
    return FirstMeeting.of(name)
        .orElseThrow(
            () ->
                invalid(
                    FIRST_MEETING, name + " is none of " + String.join(", ", firstMeetingRules())));
  }

  private static List<String> firstMeetingRules() {
    return Arrays.stream(FirstMeeting.values()).map(FirstMeeting::settingName).toList();
  }

  static IllegalArgumentException invalid(String name, String problem) {
    return new IllegalArgumentException(name + ": " + problem);
  }

  /** Only https, or http on loopback (RFC 8252 7.3), and nothing that could be mistaken. */
  private static String requireAddress(String name, String address) {
    try {
      URI uri = new URI(address);
      String host = uri.getHost();
      if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        throw invalid(name, "must be an absolute address without user or fragment");
      }
      if (!"https".equals(uri.getScheme())
          && !("http".equals(uri.getScheme()) && isLoopback(host))) {
        throw invalid(name, "must be https, or http on loopback");
      }
      return address;
    } catch (URISyntaxException e) {
      throw invalid(name, "is not an address");
    }
  }

  private static boolean isLoopback(String host) {
    return "localhost".equals(host) || "[::1]".equals(host) || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** Reads single values. */
  private record Reader(Map<String, String> config) {

    Optional<String> text(String name) {
      return Optional.ofNullable(config.get(name))
          .map(String::strip)
          .filter(value -> !value.isEmpty());
    }

    Optional<String> address(String name) {
      return text(name).map(address -> requireAddress(name, address));
    }

    int number(String name, int defaultValue, int least, int most) {
      return text(name)
          .map(
              value -> {
                String problem = "must be a number of seconds from " + least + " to " + most;
                try {
                  int number = Integer.parseInt(value);
                  if (number >= least && number <= most) {
                    return number;
                  }
                } catch (NumberFormatException e) {
                  throw (IllegalArgumentException) invalid(name, problem).initCause(e);
                }
                throw invalid(name, problem);
              })
          .orElse(defaultValue);
    }

    boolean flag(String name) {
      String value = text(name).orElse("false");
      if (!value.equals("true") && !value.equals("false")) {
        throw invalid(name, "must be true or false");
      }
      return value.equals("true");
    }

    Set<String> list(String name, String defaultValue) {
      return each(name, defaultValue, Function.identity());
    }

    <T> Set<T> each(String name, String defaultValue, Function<String, T> reader) {
      Set<T> values = new LinkedHashSet<>();
      for (String value : text(name).orElse(defaultValue).split(",", -1)) {
        if (!value.isBlank()) {
          values.add(reader.apply(value.strip()));
        }
      }
      return Set.copyOf(values);
    }
  }

  /** The settings as the admin console shows them. */
  public static List<ProviderConfigProperty> properties() {
    return List.of(
        new ProviderConfigProperty(
            ISSUER,
            "Issuer",
            "The exact iss of the session JWTs. Cannot be changed while people are linked. (Client"
                + " ID and Client Secret above are not used: type anything, nothing of it is kept.)",
            ProviderConfigProperty.STRING_TYPE,
            null,
            false,
            true),
        text(
            JWKS_URL,
            "JWKS URL",
            "Address of the issuer's keys: https, or http on loopback. Default: the issuer +"
                + " /api/auth/jwks."),
        new ProviderConfigProperty(
            JWKS,
            "Pinned keys",
            "The keys themselves as a JWK set (RFC 7517 5), in place of a JWKS URL.",
            ProviderConfigProperty.TEXT_TYPE,
            null),
        text(AUDIENCE, "Audience", "The aud that must be there. Default: the issuer."),
        text(
            ALGORITHMS,
            "Algorithms",
            "Which may sign, with commas between; EdDSA takes alg Ed25519 too.",
            DEFAULT_ALGORITHMS),
        text(
            CLOCK_SKEW,
            "Clock skew",
            "How far the clocks may differ, in seconds (0 to 300).",
            "10"),
        text(
            MAX_LIFETIME,
            "Longest lifetime",
            "Longest time from iat to exp, in seconds (1 to 86400).",
            "3600"),
        text(
            MAX_KEY_AGE,
            "Longest age of keys",
            "After how many seconds the keys are fetched again (1 to 86400): for so long a key is"
                + " trusted that the issuer has withdrawn. While the JWKS cannot be had, the keys"
                + " last known are used for twelve times as long.",
            "300"),
        text(
            SUBJECT_CLAIM,
            "Claim of the person's id",
            "Its name, or the path to a member of an object, such as user.id. Cannot be changed"
                + " while people are linked.",
            "sub"),
        text(
            REQUIRED_CLAIMS,
            "Required claims",
            "Names or paths of claims that must be there besides, with commas between.",
            "email"),
        new ProviderConfigProperty(
            FIRST_MEETING,
            "First meeting",
            "What happens when a person comes for the first time: create the user, refuse, or link"
                + " the one user whose verified e-mail is the same. The last trusts the issuer to"
                + " verify e-mails.",
            ProviderConfigProperty.LIST_TYPE,
            FirstMeeting.CREATE.settingName(),
            firstMeetingRules().toArray(String[]::new)),
        text(
            SCOPES,
            "Scopes",
            "The scopes that a session stands for, with commas between. Default: the whole catalog."),
        text(
            INTROSPECTION_CLIENTS,
            "Clients that introspect",
            "Ids of the clients that may introspect and revoke, with commas between.",
            DEFAULT_INTROSPECTION_CLIENT),
        text(
            EXCHANGE_CLIENTS,
            "Clients that exchange",
            "Ids of the clients that may exchange a session for an access token (RFC 8693) and"
                + " revoke it, with commas between. Default: none."),
        text(
            ORGANIZATION_CLAIM,
            "Claim of the organisation",
            "Carried on as org: its name, or the path to a member of an object, such as o.id.",
            "org"),
        text(
            ORGANIZATION_NAME_CLAIM,
            "Claim of the organisation's name",
            "What people read of it when they are asked for consent: a name or a path. Default: its"
                + " id."),
        text(
            ORGANIZATIONS_CLAIM,
            "Claim of all organisations",
            "Those that a person may choose from when asked for consent: a list of ids, or of"
                + " objects with id and name; a name or a path. Default: no choice."),
        text(
            HAND_OVER_URL,
            "Hand-over page",
            "The page of the web application that hands a signed-in person over to Keycloak: https,"
                + " or http on loopback. Without it nobody signs in by this issuer, and it is"
                + " hidden on the login page."),
        flag(
            TRY_FIRST,
            "Try first",
            "Ask the hand-over page before the login page is shown; whoever is signed in there sees"
                + " no login page."),
        flag(SINGLE_USE, "Exchange once", "Refuse to exchange a session JWT a second time."));
  }

  private static ProviderConfigProperty text(String name, String label, String help) {
    return text(name, label, help, null);
  }

  private static ProviderConfigProperty text(
      String name, String label, String help, String defaultValue) {
    return new ProviderConfigProperty(
        name, label, help, ProviderConfigProperty.STRING_TYPE, defaultValue);
  }

  private static ProviderConfigProperty flag(String name, String label, String help) {
    return new ProviderConfigProperty(
        name, label, help, ProviderConfigProperty.BOOLEAN_TYPE, false);
  }
}
