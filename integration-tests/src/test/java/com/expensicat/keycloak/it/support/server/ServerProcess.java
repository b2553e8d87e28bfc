package com.expensicat.keycloak.it.support.server;

import static java.util.stream.Collectors.toSet;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.UserAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** Keycloak's distribution as a process of this machine, in production mode, on loopback. */
public final class ServerProcess implements KeycloakServer {

  public static final Person ADMIN = new Person("admin", "admin");

  private static final Duration LONGEST_START = Duration.ofMinutes(10);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ServerSettings settings;
  private final Optional<Commands> commands;
  private final boolean lasting;
  private final Database database;
  private final Path home;
  private final Path log;
  private final int port = freePort();
  private final int managementPort = freePort(port);
  private final AdminApi admin = new AdminApi(baseUrl(), REALM, ADMIN);
  private volatile Process process;
  private volatile String javaOption = "";

  /** What an admin types, and in which folder. */
  private record Commands(String text, Path folder) {}

  private ServerProcess(ServerSettings settings, boolean lasting) {
    this(settings, Optional.empty(), lasting);
  }

  private ServerProcess(ServerSettings settings, Optional<Commands> commands, boolean lasting) {
    this.settings = settings;
    this.commands = commands;
    this.lasting = lasting;
    this.database = settings.database().orElseGet(Database::create);
    this.home =
        settings.devMode() || commands.isPresent()
            ? Distribution.newUnbuiltHome(settings.software())
            : Distribution.newHome(database, settings.software(), settings.buildOptions());
    this.log = home.resolve("keycloak.log");
    layOut();
    TestRun.atEnd(this::close);
  }

  /** Starts one for a test; it ends with the JVM, if not before. */
  public static ServerProcess start(ServerSettings settings) {
    return start(new ServerProcess(settings, false));
  }

  /**
   * Starts one by an admin's commands, the last of which is {@code kc.sh start}, in a Keycloak that
   * has never seen the pack. Ports, database and first admin are in the environment, as Keycloak's
   * own settings; there is {@code KEYCLOAK}, its folder, and {@code ADDRESS}, what it is to say of
   * itself. Where there is no PostgreSQL, the test is skipped.
   *
   * @param folder in which the commands run
   */
  public static ServerProcess startBy(String commands, Path folder) {
    return start(
        new ServerProcess(
            ServerSettings.standard().withoutPack().on(Database.createShared()),
            Optional.of(new Commands(commands, folder)),
            false));
  }

  /** Starts one for many tests. */
  static ServerProcess startToLast(ServerSettings settings) {
    return start(new ServerProcess(settings, true));
  }

  private static ServerProcess start(ServerProcess server) {
    if (!server.run()) {
      throw new AssertionError("Keycloak does not start:\n" + server.log());
    }
    if (server.settings.demoOverlay()) {
      server.admin.partialImport(Artifacts.demoOverlay());
    }
    return server;
  }

  /**
   * Starts a server whose settings are wrong.
   *
   * @return what it printed before it gave up; an assertion error if it serves instead
   */
  public static String failToStart(ServerSettings settings) {
    ServerProcess server = new ServerProcess(settings, false);
    boolean serves = server.run();
    String output = server.log();
    server.close();
    if (serves) {
      throw new AssertionError("Keycloak starts:\n" + output);
    }
    return output;
  }

  private void layOut() {
    try {
      for (Map.Entry<String, String> file : settings.confFiles().entrySet()) {
        Path target = home.resolve("conf").resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.getValue());
      }
      if (settings.realmImport()) {
        Artifacts.copyRealmInto(home.resolve("data"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the process; false if it ended before it was ready. */
  private boolean run() {
    try {
      process = launch();
      return becomesReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is ready; false if it ended before. */
  private boolean becomesReady() {
    try {
      Instant deadline = Instant.now().plus(LONGEST_START);
      while (process.isAlive()) {
        if (isReady()) {
          return true;
        }
        if (Instant.now().isAfter(deadline)) {
          stop();
          throw new AssertionError("Keycloak is not ready in time:\n" + log());
        }
        Thread.sleep(PAUSE.toMillis());
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process launch() throws IOException {
    return commands.isPresent()
        ? KcScript.runCommands(commands.get().text(), commands.get().folder(), log, environment())
        : KcScript.run(home, log, arguments(), settings.environment(), lasting, javaOption);
  }

  private List<String> arguments() {
    return Stream.of(
            settings.devMode()
                ? Stream.of("start-dev", "--health-enabled=true", "--db=" + database.kind())
                : Stream.of("start", "--optimized"),
            options(),
            settings.realmImport() ? Stream.of("--import-realm") : Stream.<String>empty())
        .flatMap(Function.identity())
        .toList();
  }

  /** The options as Keycloak takes them from the environment. */
  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("KEYCLOAK", home.toString());
    environment.put("ADDRESS", baseUrl());
    options()
        .filter(option -> !name(option).equals("--hostname"))
        .forEach(
            option ->
                environment.put(
                    "KC_" + name(option).substring(2).toUpperCase(Locale.ROOT).replace('-', '_'),
                    option.substring(option.indexOf('=') + 1)));
    return environment;
  }

  /**
   * An option of the settings takes the place of the one with its name. Passwords are hashed
   * cheaply: most tests sign somebody in.
   */
  private Stream<String> options() {
    Stream<String> usual =
        Stream.of(
            "--cache=local",
            "--log-level=info,io.smallrye.health:warn",
            "--spi-password-hashing--argon2--memory=64",
            "--spi-password-hashing--argon2--iterations=1",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--http-management-port=" + managementPort,
            "--hostname=" + baseUrl());
    Set<String> special =
        settings.runtimeOptions().stream().map(ServerProcess::name).collect(toSet());
    return Stream.of(
            database.options().stream(),
            usual.filter(option -> !special.contains(name(option))),
            settings.runtimeOptions().stream())
        .flatMap(Function.identity());
  }

  private static String name(String option) {
    return option.replaceFirst("=.*", "");
  }

  /** Whether it says that a proxy may send it requests. */
  public boolean isReady() {
    try {
      return management("/health/ready").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** One GET at the port that is for those who run the server. */
  public Answer management(String path) {
    return UserAgent.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)));
  }

  /** Stops the server and starts it again, on the same data, port and settings. */
  public void restart() {
    stop();
    startAgain();
  }

  /** The same, with a clock that is so many seconds ahead, until the next start. */
  public void restartWithClockAheadBy(int seconds) {
    stop();
    javaOption = ClockAgent.option(seconds);
    try {
      startAgain();
    } finally {
      javaOption = "";
    }
  }

  /** Starts the server after it was stopped or killed, on the same data, port and settings. */
  public void startAgain() {
    if (!run()) {
      throw new AssertionError("Keycloak does not start again:\n" + log());
    }
  }

  /**
   * Imports a realm by {@code kc.sh import}, while the server is stopped.
   *
   * @param environment more variables of the environment
   */
  public void importRealm(Path file, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> arguments =
        Stream.concat(
                Stream.of("import", "--optimized", "--file=" + file), database.options().stream())
            .toList();
    Process kc = KcScript.run(home, log, arguments, environment, false, "");
    if (!kc.waitFor(5, TimeUnit.MINUTES) || kc.exitValue() != 0) {
      kc.destroy();
      throw new AssertionError("The realm is not imported:\n" + log());
    }
  }

  /** Starts it where its process has ended, and waits until it is ready. */
  void startWhereEnded() {
    if (!process.isAlive()) {
      startAgain();
    } else if (!becomesReady()) {
      throw new AssertionError("Keycloak has ended:\n" + log());
    }
  }

  /** The server's folder, with {@code data/}, {@code conf/} and {@code bin/}. */
  public Path home() {
    return home;
  }

  /** Where it keeps its data. */
  public Database database() {
    return database;
  }

  @Override
  public String baseUrl() {
    return "http://localhost:" + port;
  }

  @Override
  public String publicUrl() {
    return option("--hostname").orElseGet(this::baseUrl);
  }

  /** The value of an option that its settings name. */
  public Optional<String> option(String name) {
    return settings.runtimeOptions().stream()
        .filter(option -> name(option).equals(name))
        .map(option -> option.substring(name.length() + 1))
        .findFirst();
  }

  @Override
  public AdminApi admin() {
    return admin;
  }

  @Override
  public String log() {
    return Programs.printed(log);
  }

  /** Ends the server and deletes its folder, except the log; nobody needs its data any more. */
  @Override
  public void close() {
    kill();
    Distribution.discard(home, log);
  }

  /** The ids of its processes. */
  Stream<Long> processIds() {
    return process.descendants().map(ProcessHandle::pid);
  }

  /** Ends Java as a power cut does, and the script, which runs it as a child. */
  public void kill() {
    if (process == null) {
      return;
    }
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .toList()
        .forEach(
            one -> {
              one.destroyForcibly();
              one.onExit().join();
            });
  }

  /**
   * Stops the server in good order. The script hands the signal on to Java; what does not end by
   * that is killed.
   */
  public void stop() {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    try {
      process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A free port that is another one than that. */
  private static int freePort(int taken) {
    int port = freePort();
    return port == taken ? freePort(taken) : port;
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
