package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.PackSpi;

/** The pack's own SPI: its one provider reconciles the realm, and its options are the pack's. */
public final class RealmReconcilerSpi extends PackSpi {

  public RealmReconcilerSpi() {
    super(PackSettings.SPI, true, RealmReconciler.class, RealmReconcilerFactory.class);
  }
}
