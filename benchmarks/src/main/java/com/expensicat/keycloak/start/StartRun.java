package com.expensicat.keycloak.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how long a server takes to start whose realm has many clients, with the pack and
 * without, on the same database. The two take turns, so that a machine that gets slower is so for
 * both; ratios are taken round by round.
 */
public final class StartRun {

  private static final String PROTOTYPE = "prototype-";

  /**
   * What realms are full of: applications that registered themselves, half of them for some of the
   * scopes, which the pack notes on the client, and clients that an admin made.
   */
  private static final List<String> PROTOTYPES =
      List.of(
          """
          {"clientId": "prototype-self", "name": "Registered", "publicClient": true,
           "redirectUris": ["http://127.0.0.1/callback", "https://app.example/callback"]}
          """,
          """
          {"clientId": "prototype-some", "name": "Registered for little", "publicClient": true,
           "redirectUris": ["https://app.example/callback"], "defaultClientScopes": ["basic"],
           "optionalClientScopes": ["transactions:read", "offline_access"]}
          """,
          """
          {"clientId": "prototype-some-too", "name": "Registered for more", "publicClient": true,
           "redirectUris": ["com.example.app:/callback"], "defaultClientScopes": ["basic"],
           "optionalClientScopes": ["invoices:read", "invoices:write", "team:read"]}
          """,
          """
          {"clientId": "prototype-web", "name": "First party", "publicClient": false,
           "secret": "secret", "redirectUris": ["https://web.example/callback"],
           "webOrigins": ["https://web.example"], "attributes": {"expensicat.first-party": "true"}}
          """);

  private final Map<String, String> options = new HashMap<>();
  private final Path work;
  private final Path distribution;
  private Database database;
  private Home stock;
  private Home pack;

  private StartRun(String... arguments) {
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    this.work = Path.of(options.get("--work")).toAbsolutePath();
    this.distribution = Path.of(options.get("--keycloak")).toAbsolutePath();
  }

  /** The options are those that {@code start-time.sh} gives. */
  public static void main(String... arguments) throws Exception {
    new StartRun(arguments).run();
  }

  private void run() throws IOException, InterruptedException, SQLException {
    Path jar = Path.of(options.get("--pack"));
    try (Database opened = Database.of(options.get("--database"), work, distribution)) {
      database = opened;
      stock =
          Home.build(distribution, work.resolve("stock"), database.kind(), List.of(), List.of());
      pack =
          Home.build(distribution, work.resolve("pack"), database.kind(), List.of(jar), List.of());
      String prototypes = prepare();
      System.out.println(
          "| clients | stock, s | with the pack, s | ratio | stock's CPU, s | the pack's | ratio |");
      System.out.println("|---|---|---|---|---|---|---|");
      for (String count : options.get("--clients").split(",", -1)) {
        measure(prototypes, Integer.parseInt(count));
      }
    }
  }

  /** A database with the pack's realm and a few clients of each kind; its name. */
  private String prepare() throws IOException, InterruptedException, SQLException {
    String name = "prototypes";
    database.create(name);
    Path imports = Files.createDirectories(pack.folder().resolve("data/import"));
    Path realm = Path.of(options.get("--realm"));
    Files.copy(realm, imports.resolve(realm.getFileName()));
    List<String> arguments = new ArrayList<>(database.options(name));
    arguments.add("--import-realm");
    try (Home.Running server = pack.start(arguments)) {
      HttpClient http = HttpClient.newHttpClient();
      String token = server.adminToken();
      for (String prototype : PROTOTYPES) {
        create(http, server.address() + "/admin/realms/expensicat/clients", prototype, token);
      }
    }
    return name;
  }

  private static void create(HttpClient http, String address, String json, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(json, UTF_8))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(address + " answers " + answer.statusCode() + ": " + answer.body());
    }
  }

  private void measure(String prototypes, int count)
      throws IOException, InterruptedException, SQLException {
    int rounds = Integer.parseInt(options.get("--rounds"));
    String name = "clients_" + count;
    database.copy(prototypes, name);
    database.multiply(name, PROTOTYPE, count);
    double[][] figures = new double[6][rounds];
    // The first of each reads files and pages that nobody has read before.
    start(stock, name);
    start(pack, name);
    for (int round = 0; round < rounds; round++) {
      double[] without;
      double[] with;
      if (round % 2 == 0) {
        without = start(stock, name);
        with = start(pack, name);
      } else {
        with = start(pack, name);
        without = start(stock, name);
      }
      for (int i = 0; i < 2; i++) {
        figures[3 * i][round] = without[i];
        figures[3 * i + 1][round] = with[i];
        figures[3 * i + 2][round] = with[i] / without[i];
      }
    }
    StringBuilder row = new StringBuilder("| ").append(count).append(" |");
    for (double[] one : figures) {
      row.append(' ').append(spread(one)).append(" |");
    }
    System.out.println(row);
  }

  /** Seconds until ready, and of processor time until then. */
  private double[] start(Home home, String name) throws IOException, InterruptedException {
    try (Home.Running server = home.start(database.options(name))) {
      return new double[] {server.seconds(), server.cpu()};
    }
  }

  /** Median, smallest and largest. */
  private static String spread(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f)", median, sorted[0], sorted[sorted.length - 1]);
  }
}
