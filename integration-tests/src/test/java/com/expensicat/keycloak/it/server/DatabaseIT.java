package com.expensicat.keycloak.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the servers of the run kept their data in; at its end, where somebody reads it. */
@Isolated("which puts it at the end")
class DatabaseIT {

  private static final Path COMPOSE_FILE = Path.of("..", "docker-compose.yml");
  private static final Pattern IMAGE = Pattern.compile("library/postgres:(\\d+)");

  @Test
  void theSharedServerRanOnPostgresOfTheMajorVersionInTheComposeFile() throws IOException {
    KeycloakServer server = KeycloakServer.shared();
    assumeThat(server).isInstanceOf(ServerProcess.class);
    Postgres.missing()
        .ifPresent(why -> Programs.skip("PostgreSQL " + why + ", so the servers ran on H2"));

    Matcher image = IMAGE.matcher(Files.readString(COMPOSE_FILE));
    Database database = ((ServerProcess) server).database();

    assertThat(image.find()).isTrue();
    assertThat(database.value("show server_version")).startsWith(image.group(1) + ".");
    assertThat(database.value("select count(*) from realm where name = 'expensicat'"))
        .isEqualTo("1");
  }
}
