package com.expensicat.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.constraint.SenderConstrainedExecutorFactory;
import com.expensicat.keycloak.floor.FloorPolicyManagerFactory;
import com.expensicat.keycloak.pkce.S256PkceExecutorFactory;
import com.expensicat.keycloak.scope.FileScopeCatalogProviderFactory;
import com.expensicat.keycloak.session.DefaultSessionJwtProviderFactory;
import com.expensicat.keycloak.session.signin.SessionIdentityProviderFactory;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.broker.provider.IdentityProviderMapper;
import org.keycloak.provider.ConfiguredProvider;
import org.keycloak.provider.ProviderConfigProperty;

/** Whoever sets something up finds a word on it. */
class HelpTextTest {

  static Stream<List<ProviderConfigProperty>> settings() {
    return Stream.concat(
        Stream.of(
            PackSettings.options(),
            new FloorPolicyManagerFactory().getConfigMetadata(),
            new FileScopeCatalogProviderFactory().getConfigMetadata(),
            new DefaultSessionJwtProviderFactory().getConfigMetadata(),
            new SenderConstrainedExecutorFactory().getConfigProperties(),
            new SessionIdentityProviderFactory().getConfigProperties()),
        mappers().map(ConfiguredProvider::getConfigProperties));
  }

  static Stream<String> types() {
    return Stream.concat(
        Stream.of(
            new S256PkceExecutorFactory().getHelpText(),
            new SenderConstrainedExecutorFactory().getHelpText(),
            new SessionIdentityProviderFactory().getHelpText()),
        mappers().map(ConfiguredProvider::getHelpText));
  }

  private static Stream<IdentityProviderMapper> mappers() {
    return ServiceLoader.load(IdentityProviderMapper.class).stream()
        .filter(mapper -> mapper.type().getName().startsWith("com.expensicat."))
        .map(ServiceLoader.Provider::get);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void eachSettingHasAHelpText(List<ProviderConfigProperty> settings) {
    assertThat(settings)
        .isNotEmpty()
        .allSatisfy(
            setting -> assertThat(setting.getHelpText()).as(setting.getName()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("types")
  void eachTypeHasAHelpText(String helpText) {
    assertThat(helpText).isNotBlank();
  }
}
