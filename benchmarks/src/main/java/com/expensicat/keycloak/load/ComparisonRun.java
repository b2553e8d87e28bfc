package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Compares the pack with what one would pick in its place; {@code compare.sh} starts it. */
public final class ComparisonRun {

  private final Options options;

  private ComparisonRun(Options options) {
    this.options = options;
  }

  /**
   * The exit code is 0 if every answer was right and, where there are bounds, all of them hold.
   *
   * @param arguments as {@code compare.sh} gives them
   */
  public static void main(String... arguments) throws Exception {
    System.exit(new ComparisonRun(Options.of(arguments)).run() ? 0 : 1);
  }

  private boolean run() throws IOException, SQLException, InterruptedException {
    Path out = Files.createDirectories(options.path("out"));
    Results results = options.isGiven("render") ? Results.read(options.path("render")) : measure();
    Report report = new Report(results);
    report.write(out);
    System.out.println("\n" + report.tables());
    if (options.isGiven("docs") && results.isGood()) {
      report.publish(options.path("docs"));
    }
    return results.isGood()
        && (!options.isGiven("bounds") || Gate.holds(results, options.path("bounds")));
  }

  private Results measure() throws IOException, SQLException, InterruptedException {
    String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Path work = options.path("work");
    Duration delay = Duration.ofMillis(options.number("database-delay"));
    try (Database databases = Database.postgres(work, delay)) {
      List<Target> targets = new ArrayList<>();
      for (String name : options.targets()) {
        targets.add(target(name, databases));
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(targets)));
      return new Comparison(options, targets, databases).run(date, machine());
    }
  }

  private Target target(String name, Database databases) throws IOException, InterruptedException {
    RealmFiles files = new RealmFiles(options.path("realm"));
    String version = options.text("keycloak-version");
    Path node = options.path("peers").resolve("node");
    return switch (name) {
      case "pack", "before" -> pack(name, name, List.of(), databases, files);
      case "variant" -> pack(name, "pack", options.words(name), databases, files);
      case Grown.NAME ->
          new Grown(
              home(name, databases, List.of(options.path("pack")), List.of()),
              databases,
              files,
              options.words("keycloak-options"),
              version);
      case "stock" ->
          new Stock(
              home(name, databases, List.of(), List.of()),
              databases,
              files,
              options.words("keycloak-options"),
              version);
      case "oidc-provider" -> new OidcProvider(files.scopes(), node, options.path("work"));
      case "better-auth" -> new BetterAuth(files.scopes(), node, options.path("work"));
      case "spring" ->
          new SpringServer(
              files.scopes(),
              options.path("peers").resolve("spring/target/spring-peer.jar"),
              options.path("work"),
              databases,
              options.text("spring-version"));
      default -> throw new IllegalArgumentException("There is no target " + name);
    };
  }

  /**
   * @param jar the option that says where it is
   * @param more options of this server alone
   */
  private Target pack(
      String name, String jar, List<String> more, Database databases, RealmFiles files)
      throws IOException, InterruptedException {
    return new Pack(
        name,
        home(name, databases, List.of(options.path(jar)), more),
        databases,
        files,
        options.words("keycloak-options"),
        options.text("keycloak-version"));
  }

  private Home home(String name, Database databases, List<Path> jars, List<String> more)
      throws IOException, InterruptedException {
    return Home.build(
        options.path("keycloak"), options.path("work").resolve(name), databases.kind(), jars, more);
  }

  private static void close(List<Target> targets) {
    for (Target target : targets) {
      try {
        target.close();
      } catch (IOException e) {
        System.err.println(e);
      }
    }
  }

  private Map<String, String> machine() throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .ifPresent(line -> machine.put("model", line.replaceFirst(".*: ", "")));
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      lines
          .filter(line -> line.startsWith("MemTotal"))
          .findFirst()
          .ifPresent(line -> machine.put("memory", line.replaceFirst(".*: *", "")));
    }
    machine.put("JDK", System.getProperty("java.version"));
    machine.put("PostgreSQL", options.text("postgres-version"));
    return machine;
  }
}
