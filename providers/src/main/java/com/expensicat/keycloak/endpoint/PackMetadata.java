package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.OfferedGrants;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCWellKnownProvider;
import org.keycloak.protocol.oidc.representations.OIDCConfigurationRepresentation;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.urls.UrlType;

/**
 * Keycloak's metadata (RFC 8414, OpenID Connect Discovery) with the pack's addresses, and with what
 * the floor leaves of the methods, response types and grants that Keycloak lists whatever the
 * realm's policies say.
 */
final class PackMetadata extends OIDCWellKnownProvider {

  /** Scopes of OpenID Connect Core 5.4 and 11 that a client may ask for. */
  private static final Set<String> STANDARD_SCOPES =
      Set.of(
          OAuth2Constants.SCOPE_OPENID,
          OAuth2Constants.SCOPE_PROFILE,
          OAuth2Constants.SCOPE_EMAIL,
          OAuth2Constants.SCOPE_ADDRESS,
          OAuth2Constants.SCOPE_PHONE,
          OAuth2Constants.OFFLINE_ACCESS);

  /** Client authentication of a public client (RFC 7591 2). */
  private static final String NONE = "none";

  private final KeycloakSession session;
  private final PackSettings settings;

  PackMetadata(
      KeycloakSession session,
      PackSettings settings,
      Map<String, Object> override,
      boolean includeClientScopes) {
    super(session, override, includeClientScopes);
    this.session = session;
    this.settings = settings;
  }

  @Override
  public Object getConfig() {
    OIDCConfigurationRepresentation metadata = (OIDCConfigurationRepresentation) super.getConfig();
    if (settings.isPackRealm(session.getContext().getRealm())) {
      nameAddresses(metadata);
      nameWhatIsOffered(metadata);
      nameScopes(metadata);
    }
    return metadata;
  }

  private void nameAddresses(OIDCConfigurationRepresentation metadata) {
    URI frontend = session.getContext().getUri(UrlType.FRONTEND).getBaseUri();
    URI backend = session.getContext().getUri(UrlType.BACKEND).getBaseUri();
    metadata.setAuthorizationEndpoint(Addresses.of(frontend, Addresses.AUTHORIZE));
    metadata.setTokenEndpoint(Addresses.of(backend, Addresses.TOKEN));
    metadata.setIntrospectionEndpoint(Addresses.of(backend, Addresses.INTROSPECT));
    metadata.setRevocationEndpoint(Addresses.of(backend, Addresses.REVOKE));
    metadata.setUserinfoEndpoint(Addresses.of(backend, Addresses.USERINFO));
    metadata.setJwksUri(Addresses.of(backend, Addresses.JWKS));
    metadata.setPushedAuthorizationRequestEndpoint(Addresses.of(backend, Addresses.PAR));
    metadata.setRegistrationEndpoint(Addresses.of(backend, Addresses.REGISTER));
    metadata.setDeviceAuthorizationEndpoint(null);
    metadata.setBackchannelAuthenticationEndpoint(null);
    metadata.setBackchannelTokenDeliveryModesSupported(null);
    metadata.setBackchannelAuthenticationRequestSigningAlgValuesSupported(null);
    metadata.setMtlsEndpointAliases(getMtlsEndpointAliases(metadata));
  }

  /**
   * Leaves out what Keycloak gives every client by default and refuses to who asks for it, such as
   * {@code roles}: there are clients that ask for all that is named.
   */
  private void nameScopes(OIDCConfigurationRepresentation metadata) {
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    List<String> scopes = metadata.getScopesSupported();
    if (scopes != null) {
      metadata.setScopesSupported(
          scopes.stream()
              .filter(scope -> catalog.contains(scope) || STANDARD_SCOPES.contains(scope))
              .toList());
    }
  }

  private static void nameWhatIsOffered(OIDCConfigurationRepresentation metadata) {
    metadata.setCodeChallengeMethodsSupported(List.of(OAuth2Constants.PKCE_METHOD_S256));
    metadata.setResponseTypesSupported(List.of(OIDCResponseType.CODE));
    metadata.setGrantTypesSupported(OfferedGrants.NAMES);
    List<String> methods = new ArrayList<>(metadata.getTokenEndpointAuthMethodsSupported());
    if (!methods.contains(NONE)) {
      methods.add(NONE);
    }
    metadata.setTokenEndpointAuthMethodsSupported(methods);
    metadata.setRevocationEndpointAuthMethodsSupported(methods);
  }
}
