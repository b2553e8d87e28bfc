package com.expensicat.keycloak.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures how many answers a second a running server gives about tokens. The scenarios take turns,
 * round after round, so that a machine that gets slower or faster is so for all of them.
 */
public final class LoadRun {

  private static final String API = "expensicat-api:expensicat-api-dev-secret";
  private static final String CHECK = "/api/auth/oauth2/check?scope=transactions:read";
  private static final String INTROSPECT = "/api/auth/oauth2/introspect";
  private static final String USERINFO = "/realms/expensicat/protocol/openid-connect/userinfo";

  private static final Scenario CHECK_ACCESS =
      Scenario.bearer("check, access token", Scenario.Kind.ACCESS_TOKEN, CHECK);
  private static final Scenario CHECK_EXCHANGED =
      Scenario.bearer("check, exchanged access token", Scenario.Kind.EXCHANGED_TOKEN, CHECK);
  private static final Scenario CHECK_SESSION =
      Scenario.bearer("check, session JWT", Scenario.Kind.SESSION_JWT, CHECK);

  private static final List<Scenario> SCENARIOS =
      List.of(
          CHECK_ACCESS,
          CHECK_EXCHANGED,
          CHECK_SESSION,
          new Scenario("introspect, access token", Scenario.Kind.ACCESS_TOKEN, INTROSPECT, API),
          new Scenario("introspect, session JWT", Scenario.Kind.SESSION_JWT, INTROSPECT, API),
          Scenario.bearer("userinfo, access token", Scenario.Kind.ACCESS_TOKEN, USERINFO),
          new Scenario(
              "Keycloak's introspect, stock realm",
              Scenario.Kind.STOCK_TOKEN,
              StockRealm.path("token/introspect"),
              StockRealm.CLIENT),
          Scenario.bearer(
              "Keycloak's userinfo, stock realm",
              Scenario.Kind.STOCK_TOKEN,
              StockRealm.path("userinfo")));

  private final Options options;
  private final Generator generator;
  private final Map<Scenario, List<Measured>> results = new LinkedHashMap<>();

  private LoadRun(Options options) throws IOException {
    this.options = options;
    this.generator = new Generator(address(options.server()), options.connections());
  }

  /** The first address of the server's name that somebody listens at. */
  private static InetSocketAddress address(URI server) throws IOException {
    IOException problem = null;
    for (InetAddress host : InetAddress.getAllByName(server.getHost())) {
      InetSocketAddress address = new InetSocketAddress(host, server.getPort());
      try {
        SocketChannel.open(address).close();
        return address;
      } catch (IOException e) {
        problem = e;
      }
    }
    throw new IOException("Nobody listens at " + server, problem);
  }

  /** What a run is told. */
  private record Options(
      URI server,
      String issuer,
      int rounds,
      int duration,
      int warmUp,
      int connections,
      int people,
      Pattern only,
      long process) {

    static Options of(String... arguments) {
      Map<String, String> values = new LinkedHashMap<>();
      for (int i = 0; i + 1 < arguments.length; i += 2) {
        values.put(arguments[i], arguments[i + 1]);
      }
      return new Options(
          URI.create(values.get("--server")),
          values.get("--issuer"),
          Integer.parseInt(values.get("--rounds")),
          Integer.parseInt(values.get("--duration")),
          Integer.parseInt(values.get("--warm-up")),
          Integer.parseInt(values.get("--connections")),
          Integer.parseInt(values.get("--people")),
          Pattern.compile(values.get("--only")),
          Long.parseLong(values.get("--process")));
    }
  }

  /**
   * One scenario in one round.
   *
   * @param serverCpu processor time of the server per answer, in milliseconds; not a number where
   *     its process is not known
   * @param loadCpu the same of the load
   */
  private record Measured(Sample sample, double serverCpu, double loadCpu) {}

  /**
   * Runs the load and prints a table.
   *
   * @param arguments all options of {@code load.sh}, each followed by its value, and {@code
   *     --process}, the process that the server is below, or 0
   */
  public static void main(String... arguments) throws IOException {
    boolean good = new LoadRun(Options.of(arguments)).run();
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws IOException {
    List<Scenario> scenarios =
        SCENARIOS.stream()
            .filter(scenario -> options.only().matcher(scenario.name()).find())
            .toList();
    try (Tokens tokens =
        new Tokens(options.server().toString(), options.issuer(), options.people())) {
      for (int round = 0; round <= options.rounds(); round++) {
        Map<Scenario.Kind, List<String>> fresh = new EnumMap<>(Scenario.Kind.class);
        for (Scenario scenario : scenarios) {
          if (!fresh.containsKey(scenario.kind())) {
            fresh.put(scenario.kind(), tokens.fresh(scenario.kind()));
          }
        }
        round(round, scenarios, fresh);
      }
    }
    return report();
  }

  /** Round 0 warms up. */
  private void round(int round, List<Scenario> scenarios, Map<Scenario.Kind, List<String>> tokens)
      throws IOException {
    System.out.println(round == 0 ? "Warming up" : "Round " + round + " of " + options.rounds());
    for (Scenario scenario : scenarios) {
      if (tokens.get(scenario.kind()).isEmpty()) {
        continue;
      }
      List<byte[]> requests = scenario.requests(options.server(), tokens.get(scenario.kind()));
      Duration server = serverCpu();
      Duration load = cpu(ProcessHandle.current());
      Sample sample = generator.run(requests, round == 0 ? options.warmUp() : options.duration());
      Measured measured =
          new Measured(
              sample,
              options.process() == 0
                  ? Double.NaN
                  : milliseconds(serverCpu().minus(server)) / sample.answers(),
              milliseconds(cpu(ProcessHandle.current()).minus(load)) / sample.answers());
      System.out.printf(Locale.ROOT, "  %-36s %7.0f a second%n", scenario.name(), sample.rate());
      if (round > 0) {
        results.computeIfAbsent(scenario, key -> new ArrayList<>()).add(measured);
      }
    }
  }

  private Duration serverCpu() {
    return ProcessHandle.of(options.process()).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .map(LoadRun::cpu)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static double milliseconds(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private boolean report() {
    System.out.printf(
        Locale.ROOT,
        "%n%d rounds of %d s each, %d connections, %d persons, %d processors; medians over the"
            + " rounds%n%n",
        options.rounds(),
        options.duration(),
        options.connections(),
        options.people(),
        Runtime.getRuntime().availableProcessors());
    System.out.println(
        "| | answers a second (min to max) | p50 ms | p99 ms | server's CPU ms an answer"
            + " | load's |");
    System.out.println("|---|---|---|---|---|---|");
    results.forEach(LoadRun::printRow);
    System.out.println();
    printRatio(CHECK_ACCESS);
    printRatio(CHECK_EXCHANGED);
    return allGood();
  }

  private static void printRow(Scenario scenario, List<Measured> rounds) {
    double[] rates = rounds.stream().mapToDouble(one -> one.sample().rate()).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f (%.0f to %.0f) | %.1f | %.1f | %.2f | %.2f |%n",
        scenario.name(),
        Sample.median(rates),
        rates[0],
        rates[rates.length - 1],
        median(rounds.stream().map(one -> one.sample().latency(0.5))),
        median(rounds.stream().map(one -> one.sample().latency(0.99))),
        median(rounds.stream().map(Measured::serverCpu)),
        median(rounds.stream().map(Measured::loadCpu)));
  }

  private static double median(Stream<Double> values) {
    return Sample.median(values.mapToDouble(Double::doubleValue).toArray());
  }

  /** How many answers about session JWTs come in the time of one about another token. */
  private void printRatio(Scenario other) {
    if (!results.containsKey(other) || !results.containsKey(CHECK_SESSION)) {
      return;
    }
    double[] ratios = new double[options.rounds()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] =
          results.get(CHECK_SESSION).get(i).sample().rate()
              / results.get(other).get(i).sample().rate();
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "(%s) / (%s), round by round: %.2f (%.2f to %.2f)%n",
        CHECK_SESSION.name(),
        other.name(),
        Sample.median(ratios),
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private boolean allGood() {
    long answers = 0;
    long failures = 0;
    for (Map.Entry<Scenario, List<Measured>> result : results.entrySet()) {
      for (Measured measured : result.getValue()) {
        answers += measured.sample().answers();
        failures += measured.sample().failures();
        if (measured.sample().failures() > 0) {
          System.out.printf(
              "%s: %d answers were not 200 but, the first of them, %s%n",
              result.getKey().name(),
              measured.sample().failures(),
              measured.sample().firstFailure());
        }
      }
    }
    System.out.println(
        failures == 0
            ? "All " + answers + " answers were 200."
            : "Of " + answers + " answers, " + failures + " were not 200.");
    return failures == 0 && answers > 0;
  }
}
