package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.InformingProviderFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * The default catalog: the scopes of the public guide, from one file in the jar, which a file of
 * the admin's replaces or extends. A bad file stops the server's start.
 */
public class FileScopeCatalogProviderFactory
    implements ScopeCatalogProviderFactory, InformingProviderFactory<ScopeCatalogProvider> {

  private static final String FILE = "file";
  private static final String MODE = "mode";
  private static final String REPLACE = "replace";
  private static final String EXTEND = "extend";
  private static final String BUILT_IN = "/scope-catalog.tsv";

  private List<CatalogScope> scopes;

  @Override
  public String getId() {
    return "default";
  }

  @Override
  public void init(Config.Scope config) {
    String file = config.get(FILE);
    String mode = config.get(MODE, REPLACE);
    if (!REPLACE.equals(mode) && !EXTEND.equals(mode)) {
      throw new IllegalArgumentException(
          "Option spi-scope-catalog--default--mode is '%s', it takes %s or %s."
              .formatted(mode, REPLACE, EXTEND));
    }
    if (file == null) {
      scopes = builtIn();
    } else if (EXTEND.equals(mode)) {
      scopes = ScopeCatalogFile.extend(builtIn(), read(Path.of(file)));
    } else {
      scopes = read(Path.of(file));
    }
  }

  private static List<CatalogScope> builtIn() {
    try (Reader reader =
        new InputStreamReader(
            FileScopeCatalogProviderFactory.class.getResourceAsStream(BUILT_IN),
            StandardCharsets.UTF_8)) {
      return ScopeCatalogFile.read(BUILT_IN, reader);
    } catch (IOException e) {
      throw new InvalidScopeCatalogException(BUILT_IN, e);
    }
  }

  private static List<CatalogScope> read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return ScopeCatalogFile.read(file.toString(), reader);
    } catch (IOException e) {
      throw new InvalidScopeCatalogException(file.toString(), e);
    }
  }

  @Override
  public ScopeCatalogProvider create(KeycloakSession session) {
    return () -> scopes;
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(FILE)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText(
            "Path of a catalog file of your own: scope, tab, description on each line, and where it"
                + " opens another resource than the API, a tab and its audience.")
        .add()
        .property()
        .name(MODE)
        .type(ProviderConfigProperty.LIST_TYPE)
        .helpText("Whether that file replaces or extends the scopes of the public guide.")
        .options(REPLACE, EXTEND)
        .defaultValue(REPLACE)
        .add()
        .build();
  }
}
