package com.expensicat.keycloak.realm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever reads of a rule finds out what it is. */
class ClientRuleTest {

  private static final Path DOCS = Path.of("../docs/adopting-a-realm.md");
  private static final String PAGE = "/theme/expensicat/admin/resources/js/expensicat-admin.js";

  @ParameterizedTest
  @EnumSource
  void everyRuleIsInTheDocsAndOnTheAdminPage(ClientRule rule) throws IOException {
    assertThat(Files.readString(DOCS)).contains('`' + rule.name() + '`');
    assertThat(new String(ClientRuleTest.class.getResourceAsStream(PAGE).readAllBytes(), UTF_8))
        .contains(rule + ": this.t(");
  }
}
