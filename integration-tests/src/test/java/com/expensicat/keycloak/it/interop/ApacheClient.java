package com.expensicat.keycloak.it.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Chromium;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Programs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Apache with mod_auth_openidc as Debian has it, a process of its own on loopback. */
final class ApacheClient implements ForeignClient {

  private static final Path MODULE = Path.of("/usr/lib/apache2/modules/mod_auth_openidc.so");
  private static final Pattern VERSION = Pattern.compile("mod_auth_openidc-(\\S+) - init");
  private static final Duration LONGEST_START = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String PROTECTED = "/protected";

  /** Where the module shows what it knows, as JSON. */
  private static final String SHOWN = "/callback?info=json";

  private final ObjectNode settings;
  private final Path folder;
  private final Process process;
  private final WebClient web;
  private JsonNode shown;
  private boolean signedOut;

  private ApacheClient(ObjectNode settings, Path folder, Process process) {
    this.settings = settings;
    this.folder = folder;
    this.process = process;
    this.web = WebClient.at("http://127.0.0.1:" + settings.path("port").asInt());
  }

  static ApacheClient start(ObjectNode settings) {
    Path apache =
        Programs.named(List.of("apache2"))
            .findFirst()
            .filter(found -> Files.exists(MODULE))
            .orElseThrow(
                () ->
                    Programs.skip("Apache with mod_auth_openidc was not found, so it cannot run"));
    Chromium.running();
    try {
      Path folder = Files.createTempDirectory(Artifacts.SERVERS, "apache-");
      ProcessBuilder builder =
          new ProcessBuilder(
                  apache.toString(),
                  "-f",
                  Artifacts.INTEROP_CLIENTS.resolve("apache/httpd.conf").toString(),
                  "-D",
                  "FOREGROUND")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output.log").toFile());
      builder.environment().clear();
      builder.environment().putAll(variables(settings, folder));
      return new ApacheClient(settings, folder, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> variables(ObjectNode settings, Path folder) {
    return Map.of(
        "RUN", folder.toString(),
        "PORT", settings.path("port").asText(),
        "ISSUER", settings.path("issuer").asText(),
        "CLIENT_ID", settings.path("clientId").asText(),
        "CLIENT_SECRET", settings.path("clientSecret").asText(),
        "SCOPE", settings.path("scope").asText(),
        "PASSPHRASE", UUID.randomUUID().toString());
  }

  /** Where the realm sends people back to. */
  static String redirectUri(int port) {
    return "http://127.0.0.1:" + port + "/callback";
  }

  /** Where the realm's sign-out sends people back to. */
  static String signedOutUri(int port) {
    return "http://127.0.0.1:" + port + "/out";
  }

  @Override
  public Login logIn(Person person) {
    awaitStart();
    web.logIn(PROTECTED, person, PROTECTED);
    shown = web.json(SHOWN);
    return new Login(
        settings.path("clientId").asText(),
        shown.at("/id_token/sub").asText(),
        shown.path("access_token").asText());
  }

  private void awaitStart() {
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (!answers()) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new AssertionError("Apache does not start:\n" + log());
      }
      Programs.pause(PAUSE);
    }
  }

  private boolean answers() {
    try {
      UserAgent.send(HttpRequest.newBuilder(URI.create(web.address() + "/out")));
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private String log() {
    try {
      Path errors = folder.resolve("error.log");
      return Files.readString(folder.resolve("output.log"))
          + (Files.exists(errors) ? Files.readString(errors) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Having signed out, it has forgotten its refresh token, so the one that it had is tried. */
  @Override
  public Optional<String> refresh() {
    if (signedOut) {
      return ForeignClient.accessToken(tryRefreshToken().json());
    }
    String back = web.address() + SHOWN;
    String token = shown.path("access_token").asText();
    web.visit("/callback?refresh=" + encoded(back) + "&access_token=" + encoded(token));
    assertThat(web.window().page().url()).isEqualTo(back);
    shown = web.json(SHOWN);
    return ForeignClient.accessToken(shown);
  }

  private Answer tryRefreshToken() {
    return TokenClient.basic(
            settings.path("clientId").asText(), settings.path("clientSecret").asText())
        .post(
            Addresses.PACK.token(KeycloakServer.shared()),
            Parameters.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                shown.path("refresh_token").asText()));
  }

  /** It revokes by itself whenever somebody signs out. */
  @Override
  public void revoke() {
    String out = signedOutUri(settings.path("port").asInt());
    web.visit("/callback?logout=" + encoded(out));
    assertThat(web.window().page().url()).isEqualTo(out);
    signedOut = true;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public String version() {
    Matcher said = VERSION.matcher(log());
    return said.find() ? said.group(1) : "";
  }

  @Override
  public void close() {
    web.close();
    Programs.stop(process);
  }
}
