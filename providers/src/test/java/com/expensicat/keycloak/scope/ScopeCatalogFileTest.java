package com.expensicat.keycloak.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeCatalogFileTest {

  @Test
  void theBuiltInCatalogHasTheThirteenScopesOfTheGuideInItsOrder() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            ScopeCatalogFileTest.class.getResourceAsStream("/scope-catalog.tsv"),
            StandardCharsets.UTF_8)) {
      assertThat(ScopeCatalogFile.read("built-in", reader))
          .extracting(CatalogScope::name)
          .containsExactly(
              "transactions:read",
              "transactions:write",
              "entries:read",
              "entries:write",
              "invoices:read",
              "invoices:write",
              "banking:read",
              "banking:write",
              "documents:read",
              "documents:write",
              "team:read",
              "team:admin",
              "analytics:read");
    }
  }

  @Test
  void emptyLinesAndCommentsCountForNothing() throws IOException {
    assertThat(read("# ours\n\nscope\tdescription\n# more\na:read\tRead a\n\n"))
        .containsExactly(new CatalogScope("a:read", "Read a", Optional.empty()));
  }

  @Test
  void aThirdColumnSaysWhichResourceAScopeOpens() throws IOException {
    assertThat(
            read(
                """
                scope\tdescription\tresource
                a:read\tRead a\tapi-of-a
                b:read\tRead b\t
                c:read\tRead c
                """))
        .containsExactly(
            new CatalogScope("a:read", "Read a", Optional.of("api-of-a")),
            new CatalogScope("b:read", "Read b", Optional.empty()),
            new CatalogScope("c:read", "Read c", Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scope\\tdescription\\tresource\\na:read\\tRead\\tan api | line 2 | audience",
        "scope\\tdescription\\tresource\\na:read\\tRead\\tapi\\tmore | line 2 | a resource",
        "a:read\\tRead a | line 1 | header",
        "scope\\tdescription\\na:read | line 2 | divided by one tab",
        "scope\\tdescription\\na:read\\tRead\\ta | line 2 | divided by one tab",
        "scope\\tdescription\\na:read\\tRead a\\na read\\tRead a | line 3 | scope-token",
        "scope\\tdescription\\na\"b\\tRead a | line 2 | scope-token",
        "scope\\tdescription\\na:read\\t | line 2 | description",
        "scope\\tdescription\\na:read\\tRead a\\n\\na:read\\tRead b | line 4 | twice",
        "scope\\tdescription\\noffline_access\\tStay | line 2 | Keycloak's own",
        "scope\\tdescription | line 1 | no scope"
      })
  void aBadFileIsRefusedWithTheLineAndTheReason(String content, String line, String reason) {
    String unescaped = content.replace("\\t", "\t").replace("\\n", "\n");
    assertThatThrownBy(() -> read(unescaped))
        .isInstanceOf(InvalidScopeCatalogException.class)
        .hasMessageContainingAll("catalog.tsv", line, reason);
  }

  @Test
  void anExtendedCatalogKeepsItsOrderAndTakesNewTexts() {
    CatalogScope read = new CatalogScope("a:read", "Read a", Optional.empty());
    CatalogScope write = new CatalogScope("a:write", "Write a", Optional.empty());
    CatalogScope better = new CatalogScope("a:read", "Read all of a", Optional.empty());
    CatalogScope added = new CatalogScope("b:read", "Read b", Optional.empty());
    assertThat(ScopeCatalogFile.extend(List.of(read, write), List.of(added, better)))
        .containsExactly(better, write, added);
  }

  private static List<CatalogScope> read(String content) throws IOException {
    return ScopeCatalogFile.read("catalog.tsv", new StringReader(content));
  }
}
