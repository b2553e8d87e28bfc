package com.expensicat.keycloak.it.realm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Pkce;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A realm that people have made without the pack, and what their applications can do in it.
 *
 * @param name the realm's name
 * @param file the calls to admin REST that make it, in the order of the program that makes them
 * @param person somebody who has an account there
 * @param application a public client, of whom nothing is refused
 * @param redirectUri one that it has registered
 */
record LivedInRealm(
    String name, String file, Person person, String application, String redirectUri) {

  /** What an exchange is answered that gives something. */
  private static final String GIVEN = "given ";

  private static final String PAGE = GIVEN + "the login page";

  private static final Pattern REFERENCE = Pattern.compile("\\{(client|scope|user):([^}]+)}");

  private static final Set<String> KEYCLOAKS_OWN =
      Set.of(
          "account",
          "account-console",
          "admin-cli",
          "broker",
          "realm-management",
          "security-admin-console");

  /** An export of the shape that Keycloak 22 wrote. */
  static final LivedInRealm FROM_22 =
      new LivedInRealm(
          "from-22",
          "keycloak-22.json",
          new Person("alice", "alice"),
          "desktop",
          "http://127.0.0.1/cb");

  /** As Terraform's provider makes one (keycloak/terraform-provider-keycloak 5.x). */
  static final LivedInRealm TERRAFORMED =
      new LivedInRealm(
          "terraformed",
          "terraform.json",
          new Person("bob", "bob"),
          "spa",
          "https://spa.example/cb");

  /** As keycloak-config-cli makes one, and changes it when it runs again. */
  static final LivedInRealm CONFIGURED =
      new LivedInRealm(
          "configured",
          "config-cli.json",
          new Person("carol", "carol"),
          "mobile",
          "https://mobile.example/cb");

  /** A realm on a server. */
  AdminApi at(KeycloakServer server) {
    return server.admin().in(name);
  }

  /** Makes it. */
  void make(KeycloakServer server) {
    JsonNode made = read("/adoption/" + file);
    if (made.isObject()) {
      server.admin().createRealm(made);
      return;
    }
    for (JsonNode call : made) {
      String path = resolve(at(server), call.path("path").asText());
      JsonNode body = call.has("body") ? call.get("body") : null;
      Answer answer =
          path.isEmpty()
              ? server.admin().sendRealm(body)
              : server
                  .admin()
                  .in(name)
                  .send(call.path("method").asText(), path.substring(name.length() + 1), body);
      if (answer.status() / 100 != 2) {
        throw new AssertionError(call + ": " + answer.summary());
      }
    }
  }

  /** The path with ids in place of names, which those programs look up first. */
  private static String resolve(AdminApi realm, String path) {
    return REFERENCE.matcher(path).replaceAll(reference -> id(realm, reference));
  }

  private static String id(AdminApi realm, MatchResult reference) {
    String name = reference.group(2);
    JsonNode found =
        switch (reference.group(1)) {
          case "client" -> realm.client(name);
          case "scope" -> realm.clientScope(name);
          default -> realm.user(name);
        };
    return found.get("id").asText();
  }

  private static JsonNode read(String resource) {
    try (InputStream file = LivedInRealm.class.getResourceAsStream(resource)) {
      return Json.read(new String(file.readAllBytes(), UTF_8)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its applications, by their client ids: those clients that are not Keycloak's own. */
  Map<String, JsonNode> applications(KeycloakServer server) {
    Map<String, JsonNode> found = new TreeMap<>();
    at(server)
        .get("/clients?max=100")
        .forEach(client -> found.put(client.path("clientId").asText(), client));
    found.keySet().removeAll(KEYCLOAKS_OWN);
    return found;
  }

  /**
   * What each application is answered that tries each way in: the scope that it is given, a page to
   * sign in, or why not.
   */
  Map<String, String> answers(KeycloakServer server) {
    Map<String, String> answers = new TreeMap<>();
    applications(server)
        .forEach(
            (id, client) -> {
              redirectUris(client)
                  .forEach(
                      uri -> {
                        answers.put(id + " codes at " + uri, codes(server, id, uri, "openid"));
                        answers.put(
                            id + " transactions at " + uri,
                            codes(server, id, uri, "openid transactions:read"));
                      });
              String secret = client.path("secret").asText();
              Parameters password =
                  Parameters.of("grant_type", "password", "scope", "openid")
                      .and("username", person.username())
                      .and("password", person.password());
              Parameters itself = Parameters.of("grant_type", "client_credentials");
              answers.put(id + " password", tokens(server, id, secret, password));
              answers.put(id + " itself", tokens(server, id, secret, itself));
              answers.put(
                  id + " itself for transactions",
                  tokens(server, id, secret, itself.with("scope", "transactions:read")));
            });
    return answers;
  }

  /** Whether an answer gives something. */
  static boolean gives(String answer) {
    return answer.startsWith(GIVEN);
  }

  /** What it has registered, with something for the wildcards, and what it has not. */
  private static List<String> redirectUris(JsonNode client) {
    return Stream.concat(
            StreamSupport.stream(client.path("redirectUris").spliterator(), false)
                .map(JsonNode::asText)
                .map(uri -> uri.startsWith("/") ? client.path("rootUrl").asText() + uri : uri)
                .map(uri -> uri.equals("*") ? "https://any.example/" : uri.replace("*", "any")),
            Stream.of("https://evil.example/cb", "http://127.0.0.1:5555/other"))
        .toList();
  }

  private String codes(KeycloakServer server, String id, String redirectUri, String scope) {
    Answer answer = new Browser().open(request(server, id, redirectUri, scope, Pkce.random()));
    if (answer.form(Browser.LOGIN_FORM).isPresent()) {
      return PAGE;
    }
    return answer
        .location()
        .map(to -> Parameters.decode(to.getRawQuery()).get("error"))
        .orElse("refused");
  }

  private String tokens(KeycloakServer server, String id, String secret, Parameters request) {
    Parameters authenticated = request.with("client_id", id);
    Answer answer =
        TokenClient.anonymous()
            .post(
                address(server, "token"),
                secret.isEmpty() ? authenticated : authenticated.with("client_secret", secret));
    return answer.status() == 200
        ? GIVEN + answer.json().path("scope").asText()
        : answer.json().path("error").asText();
  }

  /** The person signs in to the application, which redeems its code: the token's scopes. */
  List<String> signIn(KeycloakServer server, String scope) {
    Pkce pkce = Pkce.random();
    URI back = new Browser().grant(request(server, application, redirectUri, scope, pkce), person);
    Answer tokens =
        TokenClient.anonymous()
            .post(
                address(server, "token"),
                Parameters.of(
                    "grant_type",
                    "authorization_code",
                    "client_id",
                    application,
                    "redirect_uri",
                    redirectUri,
                    "code",
                    Parameters.decode(back.getRawQuery()).get("code"),
                    "code_verifier",
                    pkce.codeVerifier()));
    if (tokens.status() != 200) {
      throw new AssertionError(name + ": " + tokens.summary());
    }
    return List.of(tokens.json().path("scope").asText().split(" ", -1));
  }

  private URI request(KeycloakServer server, String id, String redirect, String scope, Pkce pkce) {
    return URI.create(
        address(server, "auth")
            + "?"
            + Parameters.of(
                    "client_id",
                    id,
                    "redirect_uri",
                    redirect,
                    "response_type",
                    "code",
                    "scope",
                    scope,
                    "code_challenge",
                    pkce.codeChallenge(),
                    "code_challenge_method",
                    "S256")
                .encoded());
  }

  private URI address(KeycloakServer server, String operation) {
    return URI.create(
        server.baseUrl() + "/realms/" + name + "/protocol/openid-connect/" + operation);
  }

  /** What people wrote of an application, without what the pack is known to change. */
  static ObjectNode written(JsonNode application) {
    ObjectNode written = application.deepCopy();
    written.remove(List.of("consentRequired", "optionalClientScopes", "defaultClientScopes"));
    written
        .withObject("/attributes")
        .remove(
            List.of(
                "pkce.code.challenge.method",
                "access.token.header.type.rfc9068",
                "display.on.consent.screen",
                "consent.screen.text",
                "expensicat.scopes.default"));
    for (String list : List.of("redirectUris", "webOrigins")) {
      List<String> sorted =
          StreamSupport.stream(written.path(list).spliterator(), false)
              .map(JsonNode::asText)
              .sorted()
              .toList();
      ArrayNode texts = written.putArray(list);
      sorted.forEach(texts::add);
    }
    return written;
  }

  /** The rules that the report finds an application to meet, as an admin of the realm reads it. */
  Optional<List<String>> findings(KeycloakServer server, String clientId) {
    return StreamSupport.stream(at(server).get("/expensicat/clients").spliterator(), false)
        .filter(client -> client.path("clientId").asText().equals(clientId))
        .map(client -> client.path("findings").findValuesAsText("rule"))
        .findFirst();
  }
}
