package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.OfferedGrants;
import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.registration.ClientMetadata;
import com.expensicat.keycloak.registration.MetadataDocuments;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCWellKnownProvider;
import org.keycloak.protocol.oidc.representations.OIDCConfigurationRepresentation;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.urls.UrlType;

/**
 * Keycloak's metadata (RFC 8414, OpenID Connect Discovery) with the pack's addresses, and with what
 * the floor and registration leave of all that Keycloak lists whatever the realm's policies say:
 * there are clients that ask or register for everything that is named.
 */
final class PackWellKnownProvider extends OIDCWellKnownProvider {

  /** RFC 8414 2. */
  private static final String SERVICE_DOCUMENTATION = "service_documentation";

  private final KeycloakSession session;

  PackWellKnownProvider(
      KeycloakSession session, Map<String, Object> override, boolean includeClientScopes) {
    super(session, override, includeClientScopes);
    this.session = session;
  }

  @Override
  public Object getConfig() {
    OIDCConfigurationRepresentation metadata = (OIDCConfigurationRepresentation) super.getConfig();
    if (PackSettings.get().isPackRealm(session.getContext().getRealm())) {
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
    metadata.setOtherClaims(SERVICE_DOCUMENTATION, Addresses.ofGuide(frontend));
    metadata.setDeviceAuthorizationEndpoint(null);
    metadata.setBackchannelAuthenticationEndpoint(null);
    metadata.setBackchannelTokenDeliveryModesSupported(null);
    metadata.setBackchannelAuthenticationRequestSigningAlgValuesSupported(null);
  }

  /**
   * Leaves out what Keycloak gives every client by default and refuses to who asks for it, such as
   * {@code roles} (keycloak/keycloak#10388).
   */
  private void nameScopes(OIDCConfigurationRepresentation metadata) {
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    List<String> scopes = metadata.getScopesSupported();
    if (scopes != null) {
      metadata.setScopesSupported(
          scopes.stream()
              .filter(scope -> catalog.contains(scope) || ClientMetadata.OF_OPENID.contains(scope))
              .toList());
    }
  }

  private void nameWhatIsOffered(OIDCConfigurationRepresentation metadata) {
    List<String> ofServer = List.of(ClientMetadata.signature(session.getContext().getRealm()));
    metadata.setCodeChallengeMethodsSupported(List.of(OAuth2Constants.PKCE_METHOD_S256));
    metadata.setResponseTypesSupported(List.of(OIDCResponseType.CODE));
    metadata.setGrantTypesSupported(OfferedGrants.NAMES);
    metadata.setSubjectTypesSupported(ClientMetadata.SUBJECT_TYPES);
    metadata.setIdTokenSigningAlgValuesSupported(ofServer);
    metadata.setAuthorizationSigningAlgValuesSupported(ofServer);
    metadata.setRequestObjectSigningAlgValuesSupported(ClientMetadata.SIGNATURES);
    metadata.setClientIdMetadataDocumentSupported(
        MetadataDocuments.areTaken(session) ? true : null);
    nameClientAuthentication(metadata);
    leaveOutWhatNoClientGets(metadata);
  }

  private static void nameClientAuthentication(OIDCConfigurationRepresentation metadata) {
    List<String> methods = ClientMetadata.AUTH_METHODS;
    metadata.setTokenEndpointAuthMethodsSupported(methods);
    metadata.setRevocationEndpointAuthMethodsSupported(methods);
    metadata.setIntrospectionEndpointAuthMethodsSupported(
        methods.stream().filter(method -> !ClientMetadata.NONE.equals(method)).toList());
    metadata.setTokenEndpointAuthSigningAlgValuesSupported(ClientMetadata.SIGNATURES);
    metadata.setRevocationEndpointAuthSigningAlgValuesSupported(ClientMetadata.SIGNATURES);
    metadata.setIntrospectionEndpointAuthSigningAlgValuesSupported(ClientMetadata.SIGNATURES);
  }

  /**
   * What a client cannot register for. Of the parameter {@code claims} (OpenID Connect Core 5.5)
   * nothing but {@code acr} is heeded.
   */
  private static void leaveOutWhatNoClientGets(OIDCConfigurationRepresentation metadata) {
    metadata.setClaimsParameterSupported(false);
    metadata.setRequestUriParameterSupported(false);
    metadata.setRequireRequestUriRegistration(null);
    metadata.setIdTokenEncryptionAlgValuesSupported(null);
    metadata.setIdTokenEncryptionEncValuesSupported(null);
    metadata.setUserInfoSigningAlgValuesSupported(null);
    metadata.setUserInfoEncryptionAlgValuesSupported(null);
    metadata.setUserInfoEncryptionEncValuesSupported(null);
    metadata.setRequestObjectEncryptionAlgValuesSupported(null);
    metadata.setRequestObjectEncryptionEncValuesSupported(null);
    metadata.setAuthorizationEncryptionAlgValuesSupported(null);
    metadata.setAuthorizationEncryptionEncValuesSupported(null);
    metadata.setTlsClientCertificateBoundAccessTokens(false);
    metadata.setMtlsEndpointAliases(null);
    metadata.setClientAttestationSigningAlgValuesSupported(null);
    metadata.setClientAttestationPopSigningAlgValuesSupported(null);
    metadata.setBackchannelLogoutSupported(false);
    metadata.setBackchannelLogoutSessionSupported(false);
    metadata.setFrontChannelLogoutSupported(false);
    metadata.setFrontChannelLogoutSessionSupported(false);
  }
}
