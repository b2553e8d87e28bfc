package com.expensicat.keycloak.it.support.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is different about a server that a test starts for itself. Immutable: each change is a copy.
 *
 * @param buildOptions more options of {@code kc.sh build}
 * @param runtimeOptions more options of {@code kc.sh start}
 * @param confFiles text files by their name in {@code conf/}
 * @param realmImport whether the realm export is imported
 * @param demoOverlay whether the demo overlay is applied once the server is ready
 * @param devMode whether it is {@code kc.sh start-dev} that starts, as {@code ./start.sh} has it
 * @param software Keycloak, with the pack in it or without
 * @param database the one that it has to use; none for one of its own
 * @param environment more variables of the environment
 */
public record ServerSettings(
    List<String> buildOptions,
    List<String> runtimeOptions,
    Map<String, String> confFiles,
    boolean realmImport,
    boolean demoOverlay,
    boolean devMode,
    Software software,
    Optional<Database> database,
    Map<String, String> environment) {

  public ServerSettings {
    buildOptions = List.copyOf(buildOptions);
    runtimeOptions = List.copyOf(runtimeOptions);
    confFiles = Map.copyOf(confFiles);
    environment = Map.copyOf(environment);
  }

  /**
   * The pack with its realm and the demo overlay, every option at its default; but for those of the
   * system properties {@code server.build-options} and {@code server.runtime-options}, with spaces
   * between.
   */
  public static ServerSettings standard() {
    return new ServerSettings(
        ofProperty("server.build-options"),
        ofProperty("server.runtime-options"),
        Map.of(),
        true,
        true,
        false,
        Software.STANDARD,
        Optional.empty(),
        Map.of());
  }

  private static List<String> ofProperty(String name) {
    return Stream.of(System.getProperty(name, "").split(" ", -1))
        .filter(Predicate.not(String::isEmpty))
        .toList();
  }

  public ServerSettings withBuildOptions(String... more) {
    return new ServerSettings(
        added(buildOptions, more),
        runtimeOptions,
        confFiles,
        realmImport,
        demoOverlay,
        devMode,
        software,
        database,
        environment);
  }

  public ServerSettings withRuntimeOptions(String... more) {
    return new ServerSettings(
        buildOptions,
        added(runtimeOptions, more),
        confFiles,
        realmImport,
        demoOverlay,
        devMode,
        software,
        database,
        environment);
  }

  /** Behind a proxy at that address, and believing nobody else's {@code X-Forwarded-*}. */
  public ServerSettings trustingProxyAt(String address) {
    return withRuntimeOptions("--proxy-headers=xforwarded", "--proxy-trusted-addresses=" + address);
  }

  public ServerSettings withConfFile(String name, String text) {
    Map<String, String> files = new TreeMap<>(confFiles);
    files.put(name, text);
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        files,
        realmImport,
        demoOverlay,
        devMode,
        software,
        database,
        environment);
  }

  /** The production realm alone. */
  public ServerSettings withoutDemoOverlay() {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        realmImport,
        false,
        devMode,
        software,
        database,
        environment);
  }

  /** No realm but master. */
  public ServerSettings withoutRealm() {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        false,
        false,
        devMode,
        software,
        database,
        environment);
  }

  /** In development mode, in which nothing is built beforehand, on H2. */
  public ServerSettings inDevMode() {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        realmImport,
        demoOverlay,
        true,
        software,
        Optional.of(Database.H2),
        environment);
  }

  /** On that database, which others may use too. */
  public ServerSettings on(Database shared) {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        realmImport,
        demoOverlay,
        devMode,
        software,
        Optional.of(shared),
        environment);
  }

  /** With such variables of the environment, as a realm's file names them. */
  public ServerSettings withEnvironment(Map<String, String> variables) {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        realmImport,
        demoOverlay,
        devMode,
        software,
        database,
        variables);
  }

  /** Keycloak alone, with no realm but master. */
  public ServerSettings withoutPack() {
    return withoutRealm().madeOf(new Software(software.distribution(), Optional.empty()));
  }

  /** With another build of the pack. */
  public ServerSettings withPack(Path jar) {
    return madeOf(new Software(software.distribution(), Optional.of(jar)));
  }

  /** On another version of Keycloak; where the build has not unpacked it, the test is skipped. */
  public ServerSettings onKeycloak(String version) {
    return madeOf(new Software(Artifacts.distribution(version), software.jar()));
  }

  private ServerSettings madeOf(Software other) {
    return new ServerSettings(
        buildOptions,
        runtimeOptions,
        confFiles,
        realmImport,
        demoOverlay,
        devMode,
        other,
        database,
        environment);
  }

  private static List<String> added(List<String> options, String... more) {
    return Stream.concat(options.stream(), Stream.of(more)).toList();
  }
}
