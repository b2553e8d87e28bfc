package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * A server that somebody else started, say by the compose file. The environment variables {@code
 * KC_BOOTSTRAP_ADMIN_USERNAME} and {@code KC_BOOTSTRAP_ADMIN_PASSWORD} name its admin; the system
 * property {@code keycloak.under.test.admin} says where admin REST is, unless it is at the same
 * address, and {@code keycloak.under.test.certificate} which file has the certificate of a server
 * that nobody else vouches for.
 */
final class RunningServer implements KeycloakServer {

  private final String baseUrl;
  private final AdminApi admin;

  private RunningServer(String baseUrl) {
    this.baseUrl = baseUrl;
    this.admin =
        new AdminApi(
            System.getProperty("keycloak.under.test.admin", baseUrl),
            REALM,
            new Person(
                environment("KC_BOOTSTRAP_ADMIN_USERNAME"),
                environment("KC_BOOTSTRAP_ADMIN_PASSWORD")));
  }

  static RunningServer at(String url) {
    if (!url.startsWith("http")) {
      throw new IllegalArgumentException(
          "keycloak.under.test is process, container or an address, not " + url);
    }
    Optional.ofNullable(System.getProperty("keycloak.under.test.certificate"))
        .ifPresent(certificate -> trust(Path.of(certificate)));
    RunningServer server = new RunningServer(url.replaceAll("/+$", ""));
    server.admin.partialImport(Artifacts.demoOverlay());
    return server;
  }

  /** From now on a TLS connection of this JVM trusts that certificate, and no other. */
  private static void trust(Path certificate) {
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      SSLContext.setDefault(context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name)).orElse("admin");
  }

  @Override
  public String baseUrl() {
    return baseUrl;
  }

  @Override
  public AdminApi admin() {
    return admin;
  }

  @Override
  public String log() {
    return Assumptions.abort("The log of " + baseUrl + " cannot be read from here.");
  }

  /** The server stays up: it is not ours. */
  @Override
  public void close() {}
}
