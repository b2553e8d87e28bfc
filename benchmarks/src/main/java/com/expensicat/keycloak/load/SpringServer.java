package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Spring Authorization Server on PostgreSQL; its application has a secret, or gets no refresh
 * token.
 */
final class SpringServer extends OAuthTarget {

  private static final Pattern READY = Pattern.compile("Tomcat started on port (\\d+)");

  private final Path jar;
  private final Path work;
  private final Database databases;
  private final String version;
  private final String secret = UUID.randomUUID().toString();
  private Optional<Program> program = Optional.empty();
  private String database = "";

  /**
   * @param jar of the peer
   * @param work where logs may lie
   * @param version of Spring Boot
   */
  SpringServer(List<String> scopes, Path jar, Path work, Database databases, String version) {
    super(scopes);
    this.jar = jar;
    this.work = work;
    this.databases = databases;
    this.version = version;
  }

  @Override
  public String name() {
    return "spring";
  }

  @Override
  public String title() {
    return "Spring Authorization Server, Spring Boot " + version + ", PostgreSQL";
  }

  @Override
  Endpoints endpoints() {
    return new Endpoints(
        "127.0.0.1:" + program.orElseThrow().ready(),
        "/oauth2/authorize",
        "/oauth2/token",
        "/oauth2/introspect",
        "/userinfo",
        "load",
        "load-" + secret,
        "api:api-" + secret,
        "");
  }

  @Override
  public void start(int pair) throws IOException {
    database = name() + '_' + pair;
    try {
      databases.create(database);
    } catch (SQLException e) {
      throw new IOException(e);
    }
    program =
        Optional.of(
            Program.start(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    jar.toString(),
                    "--spring.datasource.url=" + databases.url(database),
                    "--spring.datasource.username=" + Database.USER,
                    "--peer.secret=" + secret,
                    "--peer.redirect-uri=" + Endpoints.REDIRECT_URI,
                    "--peer.scopes=" + String.join(",", scopes()),
                    "--peer.people=" + People.COUNT,
                    "--peer.password=" + People.PASSWORD),
                Map.of(),
                work.resolve(database + ".log"),
                READY));
    signPeopleIn();
  }

  @Override
  String signIn(Browser browser, int person, String address) throws IOException {
    return browser.visit(
        address, Map.of("username", People.name(person), "password", People.PASSWORD));
  }

  @Override
  public ProcessHandle process() {
    return program.orElseThrow().process();
  }

  @Override
  public Optional<String> database() {
    return Optional.of(database);
  }

  @Override
  public void close() {
    program.ifPresent(Program::close);
    program = Optional.empty();
  }
}
