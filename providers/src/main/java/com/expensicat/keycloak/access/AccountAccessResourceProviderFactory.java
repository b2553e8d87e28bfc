package com.expensicat.keycloak.access;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.PackSettings;
import jakarta.ws.rs.NotFoundException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/** Adds to the addresses of the pack's realm what a person's account needs. */
public class AccountAccessResourceProviderFactory
    implements RealmResourceProviderFactory, PackProviderFactory<RealmResourceProvider> {

  /** Also the part of the address after the realm. */
  @Override
  public String getId() {
    return "expensicat";
  }

  @Override
  public RealmResourceProvider create(KeycloakSession session) {
    return new RealmResourceProvider() {
      @Override
      public Object getResource() {
        if (!PackSettings.get().isPackRealm(session.getContext().getRealm())) {
          throw new NotFoundException();
        }
        return new AccountAccessResource(session);
      }

      @Override
      public void close() {}
    };
  }
}
