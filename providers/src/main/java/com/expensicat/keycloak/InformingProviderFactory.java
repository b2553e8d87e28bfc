package com.expensicat.keycloak;

import java.util.Map;
import org.keycloak.provider.Provider;
import org.keycloak.provider.ServerInfoAwareProviderFactory;

/** One beside which the server's info page shows what the pack was built of. */
public interface InformingProviderFactory<T extends Provider>
    extends PackProviderFactory<T>, ServerInfoAwareProviderFactory {

  @Override
  default Map<String, String> getOperationalInfo() {
    return PackBuild.operationalInfo();
  }
}
