package com.expensicat.keycloak.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A server of Node.js on SQLite; its program says where it listens and which clients it has. */
abstract class NodeTarget extends OAuthTarget {

  private static final Pattern READY = Pattern.compile("(?m)^READY (.*)$");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path work;
  private Optional<Program> program = Optional.empty();
  private JsonNode known = JSON.createObjectNode();

  /**
   * @param folder where the programs and their packages are
   * @param work where databases and logs may lie
   */
  NodeTarget(List<String> scopes, Path folder, Path work) {
    super(scopes);
    this.folder = folder;
    this.work = work;
  }

  /** The version of a package that is installed. */
  final String version(String name) throws IOException {
    Path file = folder.resolve("node_modules").resolve(name).resolve("package.json");
    return JSON.readTree(file.toFile()).get("version").asText();
  }

  /** Host and port. */
  final String authority() {
    return URI.create(known.get("address").asText()).getAuthority();
  }

  /** The application's id. */
  final String client() {
    return known.get("client").asText();
  }

  /** The application's secret, or an empty text. */
  final String secret() {
    return known.path("secret").asText();
  }

  /** {@code id:secret} of the client that introspects. */
  final String api() {
    return known.get("api").asText();
  }

  @Override
  public final void start(int pair) throws IOException {
    String file = name() + '-' + pair;
    program =
        Optional.of(
            Program.start(
                List.of("node", folder.resolve(name() + ".mjs").toString()),
                Map.of(
                    "NODE_ENV",
                    "production",
                    "DATABASE",
                    work.resolve(file + ".db").toString(),
                    "SCOPES",
                    String.join(" ", scopes()),
                    "REDIRECT_URI",
                    Endpoints.REDIRECT_URI),
                work.resolve(file + ".log"),
                READY));
    known = JSON.readTree(program.get().ready());
    signPeopleIn();
  }

  @Override
  public final ProcessHandle process() {
    return program.orElseThrow().process();
  }

  @Override
  public final Optional<String> database() {
    return Optional.empty();
  }

  @Override
  public final void close() {
    program.ifPresent(Program::close);
    program = Optional.empty();
  }
}
