package com.expensicat.keycloak.scope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.List;

public class ScopeCatalogFileFuzz {

  @FuzzTest
  void aFileIsACatalogOfScopeTokensOrRefusedWithTheLine(byte[] file) throws Exception {
    read(file);
  }

  /** Reads one input within the bounds. */
  public static void read(byte[] file) throws Exception {
    Bounds.hold(file, ScopeCatalogFileFuzz::answer);
    check(file);
  }

  /** What alone is measured. */
  private static void answer(byte[] file) throws IOException {
    try {
      scopes(file);
    } catch (InvalidScopeCatalogException | CharacterCodingException e) {
      // An answer too.
    }
  }

  private static List<CatalogScope> scopes(byte[] file) throws IOException {
    return ScopeCatalogFile.read(
        "catalog.tsv", new InputStreamReader(new ByteArrayInputStream(file), UTF_8.newDecoder()));
  }

  private static void check(byte[] file) throws IOException {
    List<CatalogScope> scopes;
    try {
      scopes = scopes(file);
    } catch (InvalidScopeCatalogException e) {
      assertThat(e).hasMessageStartingWith("Scope catalog catalog.tsv, line ");
      return;
    } catch (CharacterCodingException e) {
      return;
    }
    assertThat(scopes).isNotEmpty().extracting(CatalogScope::name).doesNotHaveDuplicates();
    for (CatalogScope scope : scopes) {
      // RFC 6749 3.3, and what Keycloak's columns hold.
      assertThat(scope.name()).matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,255}");
      assertThat(scope.description()).isNotBlank().hasSizeLessThanOrEqualTo(255);
    }
  }
}
