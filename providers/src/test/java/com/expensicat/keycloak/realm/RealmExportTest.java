package com.expensicat.keycloak.realm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The realm's file and its places for what differs between environments. */
class RealmExportTest {

  private static final Path FOLDER = Path.of("..", "realm-export");
  private static final String UNKNOWN = "${EXPENSICAT_NOBODY_SETS_THIS:10}";

  @Test
  void eachPlaceIsAWholeValueWithADefaultAndIsDocumented() throws IOException {
    String file = Files.readString(FOLDER.resolve("expensicat-realm.json"));
    List<String> names = found("\\$\\{(EXPENSICAT_[A-Z_]+)", file);

    assertThat(names).hasSizeGreaterThan(20);
    assertThat(found(": \"\\$\\{(EXPENSICAT_[A-Z_]+):[^}\"]*}\"", file)).isEqualTo(names);
    assertThat(found("`(EXPENSICAT_[A-Z_]+)`", Files.readString(FOLDER.resolve("README.md"))))
        .containsOnlyOnceElementsOf(names.stream().distinct().toList());
  }

  @Test
  void theJarHoldsThatFile() throws IOException {
    assertThat(RealmExport.class.getResourceAsStream("/expensicat-realm.json"))
        .hasBinaryContent(Files.readAllBytes(FOLDER.resolve("expensicat-realm.json")));
  }

  @Test
  void whereTheServerDoesNotKnowAValueAnyIsRightButThePlaceItself() {
    assertThat(RealmExport.filled(UNKNOWN, "7")).contains("7");
    assertThat(RealmExport.filled(UNKNOWN, "")).contains("");
    assertThat(RealmExport.filled(UNKNOWN, UNKNOWN)).contains("10");
    assertThat(RealmExport.filled("10", "7")).isEmpty();
    assertThat(RealmExport.filled("${client_account}", "${client_account}")).isEmpty();
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }
}
