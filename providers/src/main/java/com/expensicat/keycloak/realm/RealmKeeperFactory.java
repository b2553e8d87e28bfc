package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackBuild;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.FloorFactory;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.models.ClientModel.ClientUpdatedEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RealmModel.RealmPostCreateEvent;
import org.keycloak.models.cache.CacheRealmProvider;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderEvent;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.ServerInfoAwareProviderFactory;

/** Calls the {@link RealmKeeper} at the moments at which the realm may have drifted. */
public class RealmKeeperFactory
    implements ProviderFactory<RealmKeeper>, ServerInfoAwareProviderFactory {

  private static final Logger logger = Logger.getLogger(RealmKeeperFactory.class);

  /** Servers that start together may each mend the same drift; all but one find it mended. */
  private static final int TRIES = 5;

  private PackSettings settings;

  @Override
  public String getId() {
    return PackSettings.PROVIDER_ID;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public RealmKeeper create(KeycloakSession session) {
    return new RealmKeeper(session, settings);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    factory.register(this::onEvent);
  }

  private void onEvent(ProviderEvent event) {
    if (event instanceof PostMigrationEvent started) {
      FloorFactory.warnWhereItIsOff(started.getFactory());
      keepAtStart(started.getFactory());
    } else if (event instanceof RealmPostCreateEvent created) {
      create(created.getKeycloakSession()).keep(created.getCreatedRealm());
    } else if (event instanceof ClientUpdatedEvent saved) {
      create(saved.getKeycloakSession()).keep(saved.getUpdatedClient());
    }
  }

  private void keepAtStart(KeycloakSessionFactory factory) {
    for (int tried = 1; ; tried++) {
      try {
        KeycloakModelUtils.runJobInTransaction(factory, this::keepPackRealm);
        return;
      } catch (RuntimeException e) {
        if (tried == TRIES) {
          throw e;
        }
        logger.debugf(e, "Keeping the realm failed, try %d", tried);
        KeycloakModelUtils.runJobInTransaction(factory, RealmKeeperFactory::forgetCachedRealms);
      }
    }
  }

  /** What another server has mended is in the database and not yet in this server's cache. */
  private static void forgetCachedRealms(KeycloakSession session) {
    CacheRealmProvider cache = session.getProvider(CacheRealmProvider.class);
    if (cache != null) {
      cache.clear();
    }
  }

  private void keepPackRealm(KeycloakSession session) {
    RealmModel realm = session.realms().getRealmByName(settings.realmName());
    if (realm == null) {
      logger.infof("There is no realm %s yet.", settings.realmName());
      return;
    }
    session.getContext().setRealm(realm);
    create(session).keep(realm);
  }

  @Override
  public void close() {}

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return PackSettings.options();
  }

  @Override
  public Map<String, String> getOperationalInfo() {
    return PackBuild.operationalInfo();
  }
}
