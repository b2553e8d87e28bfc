package com.expensicat.keycloak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What the pack was built of, as the server's info page shows it beside each provider. No setting
 * is in it: every admin of the master realm sees that page, whichever realms are theirs.
 */
public final class PackBuild {

  private static final Properties FACTS = read();

  private PackBuild() {}

  /** The pack's version. */
  public static String version() {
    return FACTS.getProperty("version");
  }

  /** The version of Keycloak that the pack was built for. */
  public static String keycloak() {
    return FACTS.getProperty("keycloak");
  }

  /** The oldest version of Keycloak that the pack runs on. */
  public static String oldestKeycloak() {
    return FACTS.getProperty("oldest");
  }

  /** Names and values, for people. */
  public static Map<String, String> operationalInfo() {
    Map<String, String> info = new LinkedHashMap<>();
    info.put("Expensicat Auth", version());
    info.put("Compiled for Keycloak", keycloak());
    info.put("Compiled for Java", FACTS.getProperty("java"));
    return info;
  }

  private static Properties read() {
    try (InputStream file = PackBuild.class.getResourceAsStream("/expensicat-auth.properties")) {
      Properties facts = new Properties();
      facts.load(file);
      return facts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
