package com.expensicat.keycloak.session.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.Urls;
import org.keycloak.utils.KeycloakSessionUtil;

/** An issuer as an identity provider of the realm, checked whenever it is saved or imported. */
public class SessionIdentityProviderConfig extends IdentityProviderModel {

  private static final long serialVersionUID = 1L;

  /** The part of the address at which an admin saves a single identity provider. */
  private static final String ADMIN_ADDRESS = "/identity-provider/instances";

  /** The console demands these of every type that it does not know. */
  private static final Map<String, String> DEMANDED_BY_CONSOLE =
      Map.of("clientId", "unused", "clientSecret", "unused");

  public SessionIdentityProviderConfig() {}

  public SessionIdentityProviderConfig(IdentityProviderModel model) {
    super(model);
  }

  /** The settings, which {@link #validate} has found good. */
  public IssuerSettings settings() {
    return IssuerSettings.of(getConfig());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The message of what is thrown begins with the name of the field. Keycloak makes 400 of an
   * {@link IllegalArgumentException} where an identity provider is saved, and a bare 500 where a
   * realm is imported; hence there is an answer in it.
   */
  @Override
  public void validate(RealmModel realm) {
    KeycloakSession session = KeycloakSessionUtil.getKeycloakSession();
    Optional<HttpRequest> request = request(session);
    try {
      validate(session, realm, request);
    } catch (IllegalArgumentException e) {
      throw request.isEmpty()
          ? e
          : ErrorResponse.error(e.getMessage(), Response.Status.BAD_REQUEST);
    }
    getConfig().putAll(DEMANDED_BY_CONSOLE);
  }

  /** The request of an admin; at the import of a start there is none. */
  private static Optional<HttpRequest> request(KeycloakSession session) {
    try {
      return Optional.ofNullable(session.getContext().getHttpRequest());
    } catch (ContextNotActiveException e) {
      return Optional.empty();
    }
  }

  private void validate(KeycloakSession session, RealmModel realm, Optional<HttpRequest> request) {
    IssuerSettings settings = settings();
    if (settings.handOverUrl().isEmpty()) {
      setHideOnLogin(true);
    }
    settings.jwks().ifPresent(SessionIdentityProviderConfig::requireKeys);
    requireScopesOfCatalog(session, settings);
    if (!realm.equals(session.getContext().getRealm())) {
      return; // a realm that is imported has no identity providers to look at yet
    }
    requireIssuerOfItsOwn(session, realm, request, settings);
    Optional<SessionIdentityProviderConfig> stored = stored(session);
    stored.ifPresent(before -> requireSamePeople(session, realm, before.settings(), settings));
    if (request
            .filter(save -> save.getUri().getRequestUri().getPath().contains(ADMIN_ADDRESS))
            .isPresent()
        && isEnabled()
        && settings.jwks().isEmpty()
        && stored
            .filter(IdentityProviderModel::isEnabled)
            .filter(before -> before.settings().jwksUrl().equals(settings.jwksUrl()))
            .isEmpty()) {
      requireReachableKeys(session, settings);
    }
  }

  /**
   * Refuses pinned keys that no session JWT could be verified by, or that are not public.
   *
   * @throws IllegalArgumentException with a message that begins with the setting's name
   */
  static void requireKeys(String jwks) {
    try {
      JwkSet.read(jwks.getBytes(UTF_8));
    } catch (IOException | RuntimeException e) {
      throw (IllegalArgumentException)
          IssuerSettings.invalid(IssuerSettings.JWKS, JwkSet.problem(e)).initCause(e);
    }
  }

  private static void requireReachableKeys(KeycloakSession session, IssuerSettings settings) {
    try {
      JwkSet.fetch(session, settings.jwksUrl());
    } catch (IOException | RuntimeException e) {
      throw (IllegalArgumentException)
          IssuerSettings.invalid(
                  IssuerSettings.JWKS_URL,
                  "no keys can be had from " + settings.jwksUrl() + ": " + JwkSet.problem(e))
              .initCause(e);
    }
  }

  private static void requireScopesOfCatalog(KeycloakSession session, IssuerSettings settings) {
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    settings
        .scopes()
        .flatMap(scopes -> scopes.stream().filter(scope -> !catalog.contains(scope)).findFirst())
        .ifPresent(
            scope -> {
              throw IssuerSettings.invalid(
                  IssuerSettings.SCOPES, scope + " is not in the scope catalog");
            });
  }

  private void requireIssuerOfItsOwn(
      KeycloakSession session,
      RealmModel realm,
      Optional<HttpRequest> request,
      IssuerSettings settings) {
    if (request.isPresent()
        && settings
            .issuer()
            .equals(
                Urls.realmIssuer(session.getContext().getUri().getBaseUri(), realm.getName()))) {
      throw IssuerSettings.invalid(IssuerSettings.ISSUER, "is this realm's own");
    }
    if (isEnabled()) {
      SessionIssuers.enabled(session, settings.issuer())
          .filter(other -> !other.getInternalId().equals(getInternalId()))
          .findFirst()
          .ifPresent(
              other -> {
                throw IssuerSettings.invalid(
                    IssuerSettings.ISSUER,
                    "the enabled identity provider " + other.getAlias() + " has it already");
              });
    }
  }

  private Optional<SessionIdentityProviderConfig> stored(KeycloakSession session) {
    return Optional.ofNullable(getInternalId())
        .map(session.identityProviders()::getById)
        .map(SessionIdentityProviderConfig::new);
  }

  private void requireSamePeople(
      KeycloakSession session, RealmModel realm, IssuerSettings before, IssuerSettings now) {
    String changed =
        !before.issuer().equals(now.issuer())
            ? IssuerSettings.ISSUER
            : !before.subjectClaim().equals(now.subjectClaim())
                ? IssuerSettings.SUBJECT_CLAIM
                : null;
    if (changed != null
        && session
            .users()
            .searchForUserStream(realm, Map.of(UserModel.IDP_ALIAS, getAlias()), 0, 1)
            .findAny()
            .isPresent()) {
      throw IssuerSettings.invalid(changed, "cannot be changed while people are linked");
    }
  }
}
