package com.expensicat.keycloak;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/**
 * The table in {@code docs/options.md}, for those who run a server: each option as its provider
 * declares it. With the system property {@code pages.write} it is written, otherwise it must be
 * there already.
 */
class OptionsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "options.md");
  private static final Path SERVICES = Path.of("src", "main", "resources", "META-INF", "services");

  private static final String BEGIN =
      "<!-- The table is written by the test that compares it with the code. -->\n";
  private static final String END = "\n<!-- End of the table. -->";

  /** A provider of the jar, and the name of its SPI. */
  private record Registered(String spi, ProviderFactory<?> factory) {

    String name() {
      return spi + ' ' + factory.getId();
    }

    /** Its options, but for those that it takes over from a provider of Keycloak's. */
    List<ProviderConfigProperty> options() {
      try {
        Class<?> declares = factory.getClass().getMethod("getConfigMetadata").getDeclaringClass();
        return declares.getName().startsWith("com.expensicat.")
            ? factory.getConfigMetadata()
            : List.of();
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }

    Stream<String> rows() {
      return options().stream()
          .map(
              option ->
                  row(
                      code("--spi-" + String.join("--", spi, factory.getId(), option.getName())),
                      option.getDefaultValue() == null
                          ? ""
                          : code(option.getDefaultValue().toString()),
                      help(option)));
    }

    private static String help(ProviderConfigProperty option) {
      List<String> values = option.getOptions();
      return values == null || values.isEmpty()
          ? option.getHelpText()
          : option.getHelpText()
              + " One of "
              + values.stream().map(OptionsPageTest::code).collect(joining(", "))
              + ".";
    }
  }

  @Test
  void theTableHasEachOptionAsItsProviderDeclaresIt() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, expected);
    } else {
      assertThat(page)
          .as("The table in docs/options.md, which -Dpages.write=true writes")
          .isEqualTo(expected);
    }
  }

  private static String table() throws Exception {
    Stream<String> head = Stream.of(row("option", "default", ""), "|---|---|---|");
    Stream<String> rows =
        registered().stream()
            .sorted(Comparator.comparing(Registered::name))
            .flatMap(Registered::rows);
    return Stream.concat(head, rows).collect(joining("\n"));
  }

  private static String row(String... cells) {
    return Stream.of(cells).collect(joining(" | ", "| ", " |"));
  }

  private static String code(String text) {
    return '`' + text + '`';
  }

  /** What the jar has, as Keycloak finds it; what is no provider of an SPI has no options. */
  private static List<Registered> registered() throws Exception {
    Map<String, String> spis =
        ServiceLoader.load(Spi.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(toMap(spi -> spi.getProviderFactoryClass().getName(), Spi::getName));
    List<Registered> registered = new ArrayList<>();
    try (Stream<Path> services = Files.list(SERVICES)) {
      for (Path service : services.toList()) {
        String spi = spis.get(service.getFileName().toString());
        if (spi != null) {
          registered.addAll(providers(spi, service));
        }
      }
    }
    return registered;
  }

  private static List<Registered> providers(String spi, Path service)
      throws IOException, ReflectiveOperationException {
    List<Registered> providers = new ArrayList<>();
    for (String name : Files.readAllLines(service)) {
      Object factory = Class.forName(name).getDeclaredConstructor().newInstance();
      providers.add(new Registered(spi, (ProviderFactory<?>) factory));
    }
    return providers;
  }
}
