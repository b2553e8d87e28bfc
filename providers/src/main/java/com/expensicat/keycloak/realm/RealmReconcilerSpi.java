package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The pack's own SPI: its one provider reconciles the realm, and its options are the pack's. */
public class RealmReconcilerSpi implements Spi {

  @Override
  public boolean isInternal() {
    return true;
  }

  @Override
  public String getName() {
    return PackSettings.SPI;
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return RealmReconciler.class;
  }

  @Override
  public Class<? extends ProviderFactory<?>> getProviderFactoryClass() {
    return RealmReconcilerFactory.class;
  }
}
