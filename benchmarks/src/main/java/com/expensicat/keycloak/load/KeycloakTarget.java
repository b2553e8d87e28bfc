package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Keycloak on PostgreSQL. */
abstract class KeycloakTarget extends OAuthTarget {

  private final Home home;
  private final Database databases;
  private final RealmFiles files;
  private final List<String> options;
  private final String version;
  private String database = "";
  private Optional<Home.Running> server = Optional.empty();

  /**
   * @param options more of {@code kc.sh start}
   * @param version of Keycloak
   */
  KeycloakTarget(
      Home home, Database databases, RealmFiles files, List<String> options, String version)
      throws IOException {
    super(files.scopes());
    this.home = home;
    this.databases = databases;
    this.files = files;
    this.options = options;
    this.version = version;
  }

  final RealmFiles files() {
    return files;
  }

  /** What Keycloak is there with. */
  abstract String composition();

  @Override
  public final String title() {
    return "Keycloak %s %s, PostgreSQL".formatted(version, composition());
  }

  /** The realm's file. */
  abstract ObjectNode realm() throws IOException;

  /**
   * Fills the database behind the server's back.
   *
   * @return whether it has anything to fill in, so that the server must be started again
   */
  boolean grow(Database databases, String database) throws SQLException {
    return false;
  }

  /** Of an address below that of OAuth 2.0, by its last part. */
  abstract String path(String endpoint);

  /** Path of the realm's own addresses of OpenID Connect. */
  static String ofRealm(String endpoint) {
    return "/realms/" + RealmFiles.REALM + "/protocol/openid-connect/" + endpoint;
  }

  @Override
  final Endpoints endpoints() {
    boolean isKeycloaks = path("").equals(ofRealm(""));
    return new Endpoints(
        URI.create(server.orElseThrow().address()).getAuthority(),
        path(isKeycloaks ? "auth" : "authorize"),
        path("token"),
        path(isKeycloaks ? "token/introspect" : "introspect"),
        path("userinfo"),
        RealmFiles.CLIENT,
        "",
        RealmFiles.API + ':' + RealmFiles.API_SECRET,
        "");
  }

  @Override
  public void start(int pair) throws IOException {
    database = name() + '_' + pair;
    Path imports = Files.createDirectories(home.folder().resolve("data/import"));
    Files.writeString(imports.resolve(RealmFiles.REALM + "-realm.json"), realm().toString());
    try {
      databases.create(database);
      List<String> all = new ArrayList<>(databases.options(database));
      all.add("--import-realm");
      all.addAll(options);
      server = Optional.of(home.start(all));
      if (grow(databases, database)) {
        close();
        server = Optional.of(home.start(all));
      }
    } catch (SQLException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
    signPeopleIn();
  }

  @Override
  final String signIn(Browser browser, int person, String address) throws IOException {
    return browser.visit(
        address, Map.of("username", People.name(person), "password", People.PASSWORD));
  }

  @Override
  public boolean has(Operation operation) {
    return operation == Operation.FLOOR || super.has(operation);
  }

  @Override
  public List<? extends Work> work(Operation operation, int connections, int seconds)
      throws IOException {
    if (operation != Operation.FLOOR) {
      return super.work(operation, connections, seconds);
    }
    String query =
        Requests.query(Map.of("client_id", RealmFiles.CLIENT, "origin", endpoints().address()));
    byte[] request =
        endpoints().requests().get(ofRealm("login-status-iframe.html/init?") + query, "");
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      requests.add(request);
    }
    return repeated(requests, 204, "");
  }

  /** An access token of the administrator, which counts for a minute. */
  final String adminToken() throws IOException {
    try {
      return server.orElseThrow().adminToken();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  @Override
  public ProcessHandle process() {
    return server.orElseThrow().process().toHandle();
  }

  @Override
  public Optional<String> database() {
    return Optional.of(database);
  }

  @Override
  public void close() {
    server.ifPresent(Home.Running::close);
    server = Optional.empty();
  }
}
