package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.JarTable;
import com.expensicat.keycloak.PackBuild;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.keycloak.common.Version;
import org.keycloak.migration.ModelVersion;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/**
 * What of Keycloak the pack stands in for, extends and leans on: the lines of {@code
 * replacements.tsv}, of which {@code docs/keycloak.md} is made. A server option, or another jar,
 * can put something else into the place of a provider, and a later Keycloak may do otherwise.
 */
public final class Replacements {

  /** All of it, in the order of the file. */
  public static final List<Replacement> ALL = JarTable.read("/replacements.tsv", Replacement::of);

  private static final Logger logger = Logger.getLogger(Replacements.class);

  private Replacements() {}

  /** What a line is about. */
  public enum Kind {
    /** A provider that the server loads. */
    PROVIDER,
    /** A class of Keycloak's, no part of its public SPIs, that one of ours extends. */
    EXTENDED,
    /** A text, a path or a format of Keycloak's that one of our classes knows. */
    KNOWN
  }

  /**
   * A line.
   *
   * @param ours the class, by its name in its package
   * @param upstream the class of Keycloak or below it; empty where there is none
   * @param where of a provider the SPI and, behind a slash, the id, or the SPI alone where it is
   *     the one that Keycloak asks; of something known the text itself, where it is one
   * @param why what upstream does, so that the pack has this
   * @param issue the issue upstream, or empty
   * @param test the test that notices where it is not so any more
   */
  public record Replacement(
      Kind kind,
      String ours,
      String upstream,
      String where,
      String why,
      String issue,
      String test) {

    private static Replacement of(String[] columns) {
      return new Replacement(
          Kind.valueOf(columns[0].toUpperCase(Locale.ROOT)),
          columns[1],
          columns[2],
          columns[3],
          columns[4],
          columns[5],
          columns[6]);
    }

    /** One that Keycloak has no provider for, on this server, needs nobody in its place. */
    private boolean isInEffect(KeycloakSessionFactory factory) {
      String[] spiAndId = where.split("/", 2);
      ProviderFactory<?> found =
          factory.getSpis().stream()
              .filter(spi -> spi.getName().equals(spiAndId[0]))
              .findFirst()
              .map(Spi::getProviderClass)
              .map(
                  provider ->
                      spiAndId.length == 1
                          ? factory.getProviderFactory(provider)
                          : factory.getProviderFactory(provider, spiAndId[1]))
              .orElse(null);
      return found == null ? !upstream.isEmpty() : isOurs(found.getClass());
    }

    private boolean isOurs(Class<?> found) {
      return found.getName().startsWith(PackBuild.class.getPackageName())
          && found.getName().endsWith('.' + ours);
    }
  }

  /** The providers in whose place the server has another one or none. */
  public static List<Replacement> notInEffect(KeycloakSessionFactory factory) {
    return ALL.stream()
        .filter(replacement -> replacement.kind() == Kind.PROVIDER)
        .filter(replacement -> !replacement.isInEffect(factory))
        .toList();
  }

  /** Whether the pack runs on this server's version of Keycloak, as far as its build knows. */
  public static boolean areMadeForThisServer() {
    return areMadeFor(Version.VERSION);
  }

  /** Of the minor version that the pack was built for, and not older than the oldest. */
  static boolean areMadeFor(String version) {
    ModelVersion running = new ModelVersion(version);
    ModelVersion built = new ModelVersion(PackBuild.keycloak());
    return running.getMajor() == built.getMajor()
        && running.getMinor() == built.getMinor()
        && !running.lessThan(new ModelVersion(PackBuild.oldestKeycloak()));
  }

  /** Logs a warning for all that is not as the pack expects it of the server. */
  static void warn(KeycloakSessionFactory factory) {
    notInEffect(factory)
        .forEach(
            replacement ->
                logger.warnf(
                    "The pack's provider %s is not in effect on this server. Without it: %s.",
                    replacement.where(), replacement.why()));
    if (!areMadeForThisServer()) {
      logger.warnf(
          "The pack was built for Keycloak %s, runs from %s on, and this is %s: what it replaces may"
              + " be another thing here.",
          PackBuild.keycloak(), PackBuild.oldestKeycloak(), Version.VERSION);
    }
  }
}
