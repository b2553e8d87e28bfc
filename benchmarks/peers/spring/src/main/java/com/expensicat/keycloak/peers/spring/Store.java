package com.expensicat.keycloak.peers.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The tables of Spring Authorization Server, with an index on each token that it searches for. */
@Component
class Store {

  private static final String PACKAGE = "org/springframework/security/oauth2/server/authorization/";
  private static final List<String> SCHEMAS =
      List.of(
          "oauth2-authorization-schema.sql",
          "oauth2-authorization-consent-schema.sql",
          "client/oauth2-registered-client-schema.sql");
  private static final List<String> SEARCHED =
      List.of(
          "state",
          "authorization_code_value",
          "access_token_value",
          "oidc_id_token_value",
          "refresh_token_value",
          "user_code_value",
          "device_code_value");

  private final JdbcTemplate jdbc;

  Store(JdbcTemplate jdbc) throws IOException {
    this.jdbc = jdbc;
    for (String schema : SCHEMAS) {
      String sql = new ClassPathResource(PACKAGE + schema).getContentAsString(UTF_8);
      // As the file itself says for PostgreSQL.
      jdbc.execute(sql.replace(" blob", " text").replace(" timestamp", " timestamptz"));
    }
    for (String column : SEARCHED) {
      jdbc.execute("create index on oauth2_authorization using hash (" + column + ")");
    }
  }

  JdbcTemplate jdbc() {
    return jdbc;
  }
}
