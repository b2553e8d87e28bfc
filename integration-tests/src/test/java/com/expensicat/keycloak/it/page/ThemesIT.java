package com.expensicat.keycloak.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.server.Artifacts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the pack's themes stand on is in Keycloak's distribution. A theme whose parent is not there
 * is not loaded, and Keycloak shows its own in its place, which it says in its log alone; its next
 * major version takes the parents of three of them away (keycloak/keycloak#33710).
 */
class ThemesIT {

  private static final Path LIBRARIES = Artifacts.DISTRIBUTION.resolve("lib/lib/main");

  @ParameterizedTest
  @ValueSource(strings = {"login", "admin", "account", "email"})
  void eachParentIsInTheDistribution(String type) throws IOException {
    List<URL> jars = new ArrayList<>();
    jars.add(Artifacts.JAR.toUri().toURL());
    try (var libraries = Files.newDirectoryStream(LIBRARIES, "org.keycloak.keycloak-*.jar")) {
      for (Path library : libraries) {
        jars.add(library.toUri().toURL());
      }
    }

    try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), null)) {
      String theme = "expensicat";
      while (theme != null) {
        String file = "theme/" + theme + "/" + type + "/theme.properties";
        try (InputStream properties = loader.getResourceAsStream(file)) {
          assertThat(properties).as(file).isNotNull();
          theme = read(properties).getProperty("parent");
        }
      }
    }
  }

  private static Properties read(InputStream file) throws IOException {
    Properties properties = new Properties();
    properties.load(file);
    return properties;
  }
}
