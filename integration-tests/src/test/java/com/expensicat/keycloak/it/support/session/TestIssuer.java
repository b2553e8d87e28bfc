package com.expensicat.keycloak.it.support.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerContainer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A web application that issues session JWTs, on loopback: its keys, the address where it publishes
 * them, and the identity provider by which a realm trusts it. Closing it removes the identity
 * provider and the users that are linked to it.
 */
public final class TestIssuer implements AutoCloseable {

  /** How the address of the keys answers. */
  public enum Jwks {
    KEYS,
    /** A page, as a proxy shows it, with status 200. */
    HTML,
    /** The keys with two megabytes of padding. */
    HUGE,
    /** A redirect to another address that has the keys. */
    REDIRECT,
    /** The keys, after {@link #SLOWNESS_MILLIS}. */
    SLOW,
    /** Status 500. */
    ERROR
  }

  /** The name of everybody who signs in here. */
  public static final String NAME = "Ada Lovelace";

  static final int SLOWNESS_MILLIS = 30_000;

  private static final String JWKS_PATH = "/api/auth/jwks";
  private static final String OTHER_PATH = "/elsewhere/jwks";
  private static final String INSTANCES = "/identity-provider/instances";
  private static final int HUGE = 2_000_000;

  private final int port = ServerProcess.freePort();
  private final String person = newSubject();
  private final List<ObjectNode> published = new CopyOnWriteArrayList<>();
  private final Map<String, SigningKey> keys = new ConcurrentHashMap<>();
  private final AtomicInteger jwksRequests = new AtomicInteger();
  private final AtomicInteger otherRequests = new AtomicInteger();
  private volatile Jwks answer = Jwks.KEYS;
  private HttpServer http;
  private ExecutorService threads;
  private AdminApi admin;
  private String alias;

  private TestIssuer() {
    start();
  }

  /** An issuer without keys that nobody trusts yet. */
  public static TestIssuer withoutKeys() {
    return new TestIssuer();
  }

  /** An issuer with the keys {@code ed}, {@code es} and {@code rs} that nobody trusts yet. */
  public static TestIssuer withKeys() {
    return withoutKeys()
        .publish(SigningKey.ed25519("ed"))
        .publish(SigningKey.es256("es"))
        .publish(SigningKey.rs256("rs"));
  }

  /** One that also publishes the keys that the tables of session JWTs name, bad ones among them. */
  public static TestIssuer withKeysOfEveryKind() {
    SigningKey p384 = SigningKey.ec("p384", "secp384r1");
    SigningKey enc = SigningKey.es256("enc");
    SigningKey mislabelled = SigningKey.rs256("mislabelled");
    return withKeys()
        .publish(SigningKey.ed25519("ed2"))
        .publish(SigningKey.rsa("small", 1024))
        .publish(p384, (ObjectNode) p384.jwk().without("alg"))
        .publish(enc, enc.jwk().put("use", "enc"))
        .publish(mislabelled, mislabelled.jwk().put("alg", "PS256"))
        .publish(Json.object("{'kty':'oct','kid':'oct','alg':'HS256'}").put("k", "A".repeat(43)));
  }

  /**
   * An issuer with the keys {@code ed}, {@code es} and {@code rs} that the realm trusts.
   *
   * @param config what differs from the defaults
   */
  public static TestIssuer trusted(
      KeycloakServer server, String alias, Map<String, String> config) {
    return withKeys().trust(server, alias, config);
  }

  /**
   * One that the realm trusts, and whose page hands over whoever is signed in there.
   *
   * @param page its path and query
   */
  public static TestIssuer handingOver(KeycloakServer server, String alias, String page) {
    return handingOver(server, alias, page, Map.of());
  }

  /**
   * The same with other settings.
   *
   * @param config what differs from the defaults
   */
  public static TestIssuer handingOver(
      KeycloakServer server, String alias, String page, Map<String, String> config) {
    TestIssuer application = withKeys();
    Map<String, String> whole = new HashMap<>(config);
    whole.put("handOverUrl", application.issuer() + page);
    return application.trust(server, alias, whole);
  }

  /** Makes the identity provider. */
  public TestIssuer trust(KeycloakServer server, String newAlias, Map<String, String> config) {
    if (server instanceof ServerContainer) {
      Assumptions.abort("A container does not reach an issuer on this machine's loopback.");
    }
    admin = server.admin();
    alias = newAlias;
    Answer made = admin.send("POST", INSTANCES, representation(config));
    if (made.status() != 201) {
      close();
      throw new AssertionError("The issuer is not taken: " + made.summary());
    }
    return this;
  }

  /** What the identity provider is made of. */
  public Map<String, Object> representation(Map<String, String> config) {
    Map<String, String> whole = new HashMap<>(Map.of("issuer", issuer()));
    whole.putAll(config);
    return Map.of(
        "alias", alias, "providerId", "expensicat-session-jwt", "enabled", true, "config", whole);
  }

  /** The path of the identity provider in admin REST. */
  public String path() {
    return INSTANCES + "/" + alias;
  }

  public String alias() {
    return alias;
  }

  /** Its {@code iss}, which is its origin. */
  public String issuer() {
    return "http://localhost:" + port;
  }

  public String jwksUrl() {
    return issuer() + JWKS_PATH;
  }

  /** An address with keys that is not the issuer's. */
  public String otherAddress() {
    return issuer() + OTHER_PATH;
  }

  /** The key of that id, published or withdrawn. */
  public SigningKey key(String kid) {
    return keys.get(kid);
  }

  public TestIssuer publish(SigningKey key) {
    return publish(key, key.jwk());
  }

  /** Publishes a key in its own words. */
  public TestIssuer publish(SigningKey key, ObjectNode jwk) {
    keys.put(key.kid(), key);
    return publish(jwk);
  }

  public TestIssuer publish(ObjectNode jwk) {
    published.add(jwk);
    return this;
  }

  public void withdraw(String kid) {
    published.removeIf(jwk -> jwk.path("kid").asText().equals(kid));
  }

  /** What is published, as the address answers it. */
  public String jwks() {
    return Json.write(Map.of("keys", published));
  }

  public void answer(Jwks how) {
    answer = how;
  }

  /** How often the keys were asked for; requests while the server is stopped are not counted. */
  public int jwksRequests() {
    return jwksRequests.get();
  }

  /** How often anything else was asked for. */
  public int otherRequests() {
    return otherRequests.get();
  }

  /** "Reload keys" of the admin console. */
  public void reloadKeys() {
    admin.get(path() + "/reload-keys");
  }

  /** A good session JWT of the same person each time, signed by {@code ed}. */
  public SessionJwt session() {
    return session(person);
  }

  public SessionJwt session(String subject) {
    return SessionJwt.of(issuer(), subject, key("ed"));
  }

  /** A good session JWT of somebody who is linked to a user of the realm. */
  public SessionJwt session(NewPerson user) {
    String subject = newSubject();
    user.admin()
        .post(
            user.path() + "/federated-identity/" + alias,
            Map.of("userId", subject, "userName", subject));
    return session(subject);
  }

  /** A person's id in the form that Better Auth gives: 32 letters and digits. */
  public static String newSubject() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  public static String email(String subject) {
    return subject.substring(0, Math.min(32, subject.length())) + "@people.test";
  }

  /** The users that are linked to this issuer. */
  public JsonNode users() {
    return admin.get("/users?max=1000&idpAlias=" + alias);
  }

  /** The user that this person is linked to. */
  public JsonNode user(SessionJwt jwt) {
    for (JsonNode user : users()) {
      for (JsonNode link :
          admin.get("/users/" + user.path("id").asText() + "/federated-identity")) {
        if (link.path("identityProvider").asText().equals(alias)
            && link.path("userId").asText().equals(jwt.subject())) {
          return user;
        }
      }
    }
    throw new AssertionError("Nobody is linked to " + jwt.subject());
  }

  /** Starts to serve on its port, at first or after {@link #stop}. */
  public void start() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      threads = Executors.newCachedThreadPool();
      http.setExecutor(threads);
      http.createContext("/", this::serve);
      http.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops to serve; what connects is refused. */
  public void stop() {
    http.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(JWKS_PATH)) {
      otherRequests.incrementAndGet();
      send(exchange, 200, jwks());
      return;
    }
    jwksRequests.incrementAndGet();
    switch (answer) {
      case KEYS -> send(exchange, 200, jwks());
      case HTML -> {
        exchange.getResponseHeaders().set("Content-Type", "text/html");
        send(exchange, 200, "<html><body>We will be back soon</body></html>");
      }
      case HUGE ->
          send(exchange, 200, Json.write(Map.of("keys", published, "padding", "x".repeat(HUGE))));
      case REDIRECT -> {
        exchange.getResponseHeaders().set("Location", otherAddress());
        send(exchange, 302, "");
      }
      case SLOW -> {
        sleep();
        send(exchange, 200, jwks());
      }
      case ERROR -> send(exchange, 500, "{}");
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(SLOWNESS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    stop();
    if (admin != null && admin.send("GET", path(), null).status() == 200) {
      users().forEach(user -> admin.delete("/users/" + user.path("id").asText()));
      admin.delete(path());
    }
  }
}
