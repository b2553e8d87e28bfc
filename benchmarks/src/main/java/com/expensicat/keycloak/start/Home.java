package com.expensicat.keycloak.start;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Keycloak distribution in a folder of its own, built for a database, with the pack or not. */
public final class Home {

  private static final String ADMIN = "admin";

  private static final Duration LONGEST_START = Duration.ofMinutes(10);
  private static final int PAUSE = 20; // milliseconds

  private final Path folder;
  private final List<String> options;
  private final String optionsOfJvm;

  private Home(Path folder, List<String> options) {
    this.folder = folder;
    this.options = options.stream().filter(option -> !isOfJvm(option)).toList();
    this.optionsOfJvm = options.stream().filter(Home::isOfJvm).collect(Collectors.joining(" "));
  }

  private static boolean isOfJvm(String option) {
    return option.startsWith("-X");
  }

  /**
   * Copies the distribution, puts jars into it, and builds it.
   *
   * @param database Keycloak's {@code --db}
   * @param options more of {@code kc.sh} for build and start, and of the JVM, which begin with
   *     {@code -X}
   */
  public static Home build(
      Path distribution, Path folder, String database, List<Path> jars, List<String> options)
      throws IOException, InterruptedException {
    try (Stream<Path> files = Files.walk(distribution, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(distribution.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
          target.toFile().setExecutable(Files.isExecutable(file));
        }
      }
    }
    for (Path jar : jars) {
      Files.copy(jar, folder.resolve("providers").resolve(jar.getFileName()));
    }
    Home home = new Home(folder, options);
    Process build = home.run(List.of("build", "--db=" + database, "--health-enabled=true"));
    if (build.waitFor() != 0) {
      throw new IOException("kc.sh build failed:\n" + home.log());
    }
    return home;
  }

  public Path folder() {
    return folder;
  }

  /** What all runs have printed. */
  String log() throws IOException {
    return Files.readString(folder.resolve("keycloak.log"));
  }

  /**
   * Starts the server, and waits until it is ready.
   *
   * @param options where the database is, and whatever else there is to say
   */
  public Running start(List<String> options) throws IOException, InterruptedException {
    int[] ports = freePorts();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "start",
                "--optimized",
                "--cache=local",
                "--log-level=info,io.smallrye.health:error",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--hostname=http://127.0.0.1:" + ports[0],
                "--http-port=" + ports[0],
                "--http-management-port=" + ports[1]));
    arguments.addAll(options);
    long begin = System.nanoTime();
    Process process = run(arguments);
    while (!isReady(ports[1])) {
      if (!process.isAlive() || System.nanoTime() - begin > LONGEST_START.toNanos()) {
        process.destroy();
        throw new IOException("Keycloak does not start:\n" + log());
      }
      Thread.sleep(PAUSE);
    }
    return new Running(
        process,
        "http://127.0.0.1:" + ports[0],
        (System.nanoTime() - begin) / 1e9,
        ProcessTime.of(process.toHandle()));
  }

  private Process run(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(folder.resolve("bin/kc.sh").toString()));
    command.addAll(arguments);
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.resolve("keycloak.log").toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("KC_") || name.startsWith("JAVA_"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JAVA_OPTS_APPEND", optionsOfJvm);
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
    return builder.start();
  }

  private static boolean isReady(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health/ready").toURL().openConnection();
      connection.setReadTimeout(5000);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int[] freePorts() throws IOException {
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket other = new ServerSocket(0)) {
      return new int[] {one.getLocalPort(), other.getLocalPort()};
    }
  }

  /**
   * A server that is ready.
   *
   * @param seconds from the start of the process until then
   * @param cpu its processor time until then, in seconds
   */
  public record Running(Process process, String address, double seconds, double cpu)
      implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    /** An access token of the administrator, which counts for a minute. */
    public String adminToken() throws IOException, InterruptedException {
      String form =
          "grant_type=password&client_id=admin-cli&username=%1$s&password=%1$s".formatted(ADMIN);
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(address + "/realms/master/protocol/openid-connect/token"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form))
              .build();
      String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      Matcher token = TOKEN.matcher(answer);
      if (!token.find()) {
        throw new IOException("No token: " + answer);
      }
      return token.group(1);
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.onExit().join();
    }
  }
}
