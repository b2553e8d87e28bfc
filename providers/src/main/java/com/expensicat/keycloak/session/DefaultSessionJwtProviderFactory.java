package com.expensicat.keycloak.session;

import com.expensicat.keycloak.AfterCommit;
import com.expensicat.keycloak.InformingProviderFactory;
import com.expensicat.keycloak.session.issuer.IssuerKeys;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.SessionIssuers;
import com.expensicat.keycloak.session.user.RememberedIssuer;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.SessionLedger;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.keycloak.Config;
import org.keycloak.cache.LocalCache;
import org.keycloak.cache.LocalCacheConfiguration;
import org.keycloak.cache.LocalCacheProvider;
import org.keycloak.common.util.Time;
import org.keycloak.models.FederatedIdentityModel;
import org.keycloak.models.FederatedIdentityModel.FederatedIdentityRemovedEvent;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RealmModel.IdentityProviderRemovedEvent;
import org.keycloak.models.RealmModel.IdentityProviderUpdatedEvent;
import org.keycloak.models.UserModel.UserPreRemovedEvent;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.provider.ProviderEvent;

/** Holds what all requests of this server share, and hears of links and users that go. */
public class DefaultSessionJwtProviderFactory
    implements InformingProviderFactory<SessionJwtProvider> {

  private static final String CACHE_SIZE = "cache-size";
  private static final int DEFAULT_CACHE_SIZE = 10_000;
  private static final int MOST_ISSUERS = 1000;

  private final IssuerKeys keys = new IssuerKeys();
  private int cacheSize;
  private LocalCache<String, String> aliases;
  private LocalCache<String, VerifiedSession> accepted;

  @Override
  public String getId() {
    return "default";
  }

  @Override
  public void init(Config.Scope config) {
    cacheSize = config.getInt(CACHE_SIZE, DEFAULT_CACHE_SIZE);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    try (KeycloakSession session = factory.create()) {
      LocalCacheProvider caches = session.getProvider(LocalCacheProvider.class);
      aliases =
          caches.create(
              LocalCacheConfiguration.<String, String>builder()
                  .name("expensicat-session-issuers")
                  .maxSize(MOST_ISSUERS)
                  .build());
      accepted =
          caches.create(
              LocalCacheConfiguration.<String, VerifiedSession>builder()
                  .name("expensicat-sessions")
                  .maxSize(cacheSize)
                  .expirationAfterCreate(
                      (name, verified) ->
                          Duration.ofSeconds(verified.secondsLeft(Time.currentTimeSeconds())))
                  .build());
    }
    factory.register(this::onEvent);
  }

  private void onEvent(ProviderEvent event) {
    if (event instanceof PostMigrationEvent started) {
      KeycloakModelUtils.runJobInTransaction(started.getFactory(), keys::listen);
    } else if (event instanceof IdentityProviderUpdatedEvent saved) {
      forgetKeys(saved.getKeycloakSession(), saved.getUpdatedIdentityProvider());
    } else if (event instanceof IdentityProviderRemovedEvent removed) {
      forgetKeys(removed.getKeycloakSession(), removed.getRemovedIdentityProvider());
    } else if (event instanceof FederatedIdentityRemovedEvent removed) {
      KeycloakSession session = removed.getKeycloakSession();
      settings(session, removed.getFederatedIdentity())
          .ifPresent(settings -> RememberedIssuer.unlinked(removed.getUser(), settings.issuer()));
      part(session, removed.getRealm(), removed.getFederatedIdentity(), RefusalReason.LINK_REMOVED);
    } else if (event instanceof UserPreRemovedEvent removed) {
      KeycloakSession session = removed.getKeycloakSession();
      session
          .users()
          .getFederatedIdentitiesStream(removed.getRealm(), removed.getUser())
          .forEach(link -> part(session, removed.getRealm(), link, RefusalReason.USER_DELETED));
    }
  }

  private static void part(
      KeycloakSession session, RealmModel realm, FederatedIdentityModel link, RefusalReason why) {
    settings(session, link)
        .ifPresent(
            settings ->
                new SessionLedger(session, realm)
                    .parted(
                        settings.issuer(),
                        link.getUserId(),
                        why,
                        settings.maxLifetime() + 2L * settings.clockSkew()));
  }

  /** Once the change is in the database, or another node would read the old settings again. */
  private void forgetKeys(KeycloakSession session, IdentityProviderModel provider) {
    if (SessionIssuers.isIssuer(provider)) {
      AfterCommit.run(
          session,
          () ->
              KeycloakModelUtils.runJobInTransaction(
                  session.getKeycloakSessionFactory(), keys::forget));
    }
  }

  private static Optional<IssuerSettings> settings(
      KeycloakSession session, FederatedIdentityModel link) {
    return Optional.ofNullable(session.identityProviders().getByAlias(link.getIdentityProvider()))
        .filter(SessionIssuers::isIssuer)
        .flatMap(SessionIssuers::settings);
  }

  @Override
  public SessionJwtProvider create(KeycloakSession session) {
    return new DefaultSessionJwtProvider(session, keys, aliases, accepted);
  }

  @Override
  public void close() {
    if (accepted != null) {
      accepted.close();
      aliases.close();
    }
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(CACHE_SIZE)
        .type(ProviderConfigProperty.INTEGER_TYPE)
        .helpText(
            "How many accepted session JWTs a node remembers, so as not to verify their signature"
                + " again.")
        .defaultValue(DEFAULT_CACHE_SIZE)
        .add()
        .build();
  }
}
