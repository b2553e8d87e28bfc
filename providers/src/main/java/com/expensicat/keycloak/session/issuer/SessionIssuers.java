package com.expensicat.keycloak.session.issuer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.cache.LocalCache;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.IdentityProviderQuery;
import org.keycloak.models.KeycloakSession;

/**
 * Finds the issuers that a realm trusts. Keycloak's own search by issuer takes any type of identity
 * provider, and throws where two of them share an issuer.
 */
public final class SessionIssuers {

  private static final Logger logger = Logger.getLogger(SessionIssuers.class);

  private final KeycloakSession session;
  private final LocalCache<String, String> aliases;
  private final IssuerKeys keys;

  /**
   * @param aliases where an issuer was found last; what is found there is looked at again
   */
  public SessionIssuers(
      KeycloakSession session, LocalCache<String, String> aliases, IssuerKeys keys) {
    this.session = session;
    this.aliases = aliases;
    this.keys = keys;
  }

  /** The enabled identity provider of the context's realm for exactly this {@code iss}. */
  public Optional<TrustedIssuer> find(String issuer) {
    String key = session.getContext().getRealm().getId() + ' ' + issuer;
    return Optional.ofNullable(aliases.get(key))
        .map(session.identityProviders()::getByAlias)
        .filter(provider -> isEnabledIssuer(provider, issuer))
        .or(() -> search(key, issuer))
        .flatMap(this::trusted);
  }

  /**
   * Among all of the realm's, which are {@linkplain PackIdentityProviderStorageProvider in memory}.
   */
  private Optional<IdentityProviderModel> search(String key, String issuer) {
    List<IdentityProviderModel> found = enabled(session, issuer).limit(2).toList();
    if (found.size() > 1) {
      logger.warnf("Two identity providers share the issuer %s; neither is trusted.", issuer);
      return Optional.empty();
    }
    found.forEach(provider -> aliases.put(key, provider.getAlias()));
    return found.stream().findFirst();
  }

  private Optional<TrustedIssuer> trusted(IdentityProviderModel provider) {
    String id = provider.getInternalId();
    return settings(provider)
        .map(
            settings ->
                new TrustedIssuer(
                    id, provider.getAlias(), settings, keys.of(session, id, settings)));
  }

  /** The settings of an issuer; none where they got into the database unchecked and are wrong. */
  public static Optional<IssuerSettings> settings(IdentityProviderModel provider) {
    try {
      return Optional.of(IssuerSettings.of(provider.getConfig()));
    } catch (IllegalArgumentException e) {
      logger.errorf(
          "The identity provider %s is not used: %s", provider.getAlias(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The enabled identity providers of the context's realm for exactly this {@code iss}. */
  static Stream<IdentityProviderModel> enabled(KeycloakSession session, String issuer) {
    return all(session).filter(provider -> isEnabledIssuer(provider, issuer));
  }

  private static boolean isEnabledIssuer(IdentityProviderModel provider, String issuer) {
    return isIssuer(provider)
        && provider.isEnabled()
        && issuer.equals(provider.getConfig().get(IssuerSettings.ISSUER));
  }

  /**
   * Fetches the keys of an issuer anew, and forgets what all nodes know of them.
   *
   * @return whether there are keys
   */
  public boolean reloadKeys(IdentityProviderModel provider) {
    IssuerSettings settings = IssuerSettings.of(provider.getConfig());
    keys.forget(session);
    return !keys.of(session, provider.getInternalId(), settings).keys().isEmpty();
  }

  /** Fetches the keys of an issuer anew, if they can be had now. */
  public KeyRenewal renewKeys(String alias) {
    IdentityProviderModel provider = session.identityProviders().getByAlias(alias);
    if (!isIssuer(provider)) {
      return new KeyRenewal.NoIssuer();
    }
    try {
      IssuerSettings settings = IssuerSettings.of(provider.getConfig());
      if (settings.jwks().isEmpty()) {
        JwkSet.fetch(session, settings.jwksUrl());
      }
    } catch (IOException | RuntimeException e) {
      return new KeyRenewal.Unavailable(JwkSet.problem(e));
    }
    reloadKeys(provider);
    return new KeyRenewal.Renewed(status(provider));
  }

  /** All issuers of the context's realm, enabled or not, by their alias. */
  public Stream<IssuerStatus> statuses() {
    return all(session).map(this::status);
  }

  /** The issuers of the context's realm, enabled or not, by their alias. */
  public static Stream<IdentityProviderModel> all(KeycloakSession session) {
    return session
        .identityProviders()
        .getAllStream(IdentityProviderQuery.any())
        .filter(SessionIssuers::isIssuer);
  }

  /** What an admin is to know of one issuer. */
  private IssuerStatus status(IdentityProviderModel provider) {
    String flaw = null;
    KeyStatus known = null;
    try {
      known =
          keys.status(session, provider.getInternalId(), IssuerSettings.of(provider.getConfig()));
    } catch (IllegalArgumentException e) {
      flaw = e.getMessage();
    }
    return new IssuerStatus(
        provider.getAlias(),
        provider.getDisplayName(),
        provider.isEnabled(),
        provider.getConfig().get(IssuerSettings.ISSUER),
        flaw,
        known);
  }

  /** Whether an identity provider, which may be {@code null}, is an issuer of session JWTs. */
  public static boolean isIssuer(IdentityProviderModel provider) {
    return provider != null && IssuerSettings.PROVIDER_ID.equals(provider.getProviderId());
  }
}
