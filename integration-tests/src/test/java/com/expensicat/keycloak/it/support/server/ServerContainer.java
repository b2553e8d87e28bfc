package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import dasniko.testcontainers.keycloak.KeycloakContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.utility.MountableFile;

/** Keycloak's own image with the jar and the realm copied in, by Testcontainers. */
public final class ServerContainer implements KeycloakServer {

  private static final int PORT = 8080;

  private final int port = ServerProcess.freePort();
  private final AdminApi admin = new AdminApi(baseUrl(), REALM, ServerProcess.ADMIN);
  private final ToStringConsumer log = new ToStringConsumer();
  private final KeycloakContainer container;

  private ServerContainer() {
    container =
        new KeycloakContainer("quay.io/keycloak/keycloak:" + Artifacts.KEYCLOAK_VERSION)
            .withAdminUsername(ServerProcess.ADMIN.username())
            .withAdminPassword(ServerProcess.ADMIN.password())
            .withProviderLibsFrom(List.of(Artifacts.JAR.toFile()))
            .withCopyFileToContainer(
                MountableFile.forHostPath(dataFolder(), 0777), "/opt/keycloak/data")
            .withCustomCommand("--hostname=" + baseUrl())
            .withCustomCommand(API_ADDRESS_OPTION)
            .withLogConsumer(log)
            .withStartupTimeout(Duration.ofMinutes(3));
    // The issuer holds the port, so it has to be known before the container starts.
    container.setPortBindings(List.of("127.0.0.1:" + port + ":" + PORT));
  }

  /** A whole folder that everybody may write to: what is copied in belongs to root. */
  private static Path dataFolder() {
    try {
      Path data = Files.createTempDirectory(Artifacts.SERVERS, "container-data-");
      Artifacts.copyRealmInto(data);
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ServerContainer start() {
    ServerContainer server = new ServerContainer();
    try {
      server.container.start();
    } catch (ContainerLaunchException e) {
      throw new AssertionError("Keycloak does not start:\n" + server.log(), e);
    }
    server.admin.partialImport(Artifacts.demoOverlay());
    return server;
  }

  @Override
  public String baseUrl() {
    return "http://localhost:" + port;
  }

  @Override
  public AdminApi admin() {
    return admin;
  }

  @Override
  public String log() {
    return log.toUtf8String();
  }

  @Override
  public void close() {
    container.stop();
  }
}
