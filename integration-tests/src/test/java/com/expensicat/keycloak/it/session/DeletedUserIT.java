package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What all nodes remember of a user who was deleted outlives them. */
@Tag("slow")
@OwnServers
class DeletedUserIT {

  @Test
  void afterARestartAUserIsMadeAgainByASessionIssuedLaterAndByNoneOfBefore() {
    Database database = Database.createShared();
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().on(database));
        TestIssuer issuer = TestIssuer.trusted(server, "restarted", Map.of("clockSkew", "0"))) {
      SessionJwt before = issuer.session();
      SessionJwt unseen = before.claim("unseen", true);
      String id = met(server, before);
      server.admin().delete("/users/" + id);

      server.kill();
      server.startAgain();

      Gateway.assertInvalidToken(Gateway.check(server, unseen.compact()));
      assertThat(met(server, issuer.session(before.subject()))).isEqualTo(id);
      Gateway.assertInvalidToken(Gateway.check(server, before.compact()));
      Gateway.assertInvalidToken(Gateway.check(server, unseen.compact()));
    }
  }

  private static String met(ServerProcess server, SessionJwt session) {
    return Gateway.said(Gateway.check(server, session.compact()), "User");
  }
}
