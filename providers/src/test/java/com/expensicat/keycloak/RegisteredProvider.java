package com.expensicat.keycloak;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/**
 * A provider of the jar.
 *
 * @param spi the name of its SPI
 */
record RegisteredProvider(String spi, ProviderFactory<?> factory) {

  private static final Path SERVICES = Path.of("src", "main", "resources", "META-INF", "services");

  /** What the jar has, as Keycloak finds it; what is no provider of an SPI has no options. */
  static List<RegisteredProvider> ofThePack() throws IOException, ReflectiveOperationException {
    Map<String, String> spis =
        ServiceLoader.load(Spi.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(toMap(spi -> spi.getProviderFactoryClass().getName(), Spi::getName));
    List<RegisteredProvider> registered = new ArrayList<>();
    try (Stream<Path> services = Files.list(SERVICES)) {
      for (Path service : services.toList()) {
        String spi = spis.get(service.getFileName().toString());
        if (spi != null) {
          registered.addAll(named(spi, service));
        }
      }
    }
    return registered;
  }

  private static List<RegisteredProvider> named(String spi, Path service)
      throws IOException, ReflectiveOperationException {
    List<RegisteredProvider> providers = new ArrayList<>();
    for (String name : Files.readAllLines(service)) {
      Object factory = Class.forName(name).getDeclaredConstructor().newInstance();
      providers.add(new RegisteredProvider(spi, (ProviderFactory<?>) factory));
    }
    return providers;
  }

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

  /** How {@code kc.sh} is given one of its options. */
  String option(String option) {
    return "--spi-" + String.join("--", inKebabCase(spi), factory.getId(), option);
  }

  private static String inKebabCase(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
