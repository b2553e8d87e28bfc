package com.expensicat.keycloak.registration;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.http.simple.SimpleHttp;
import org.keycloak.http.simple.SimpleHttpResponse;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutor;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutorFactoryProviderConfig;
import org.keycloak.protocol.oauth2.cimd.provider.ClientIdMetadataDocumentProvider;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.services.clientpolicy.ClientPolicyException;

/**
 * Client id metadata documents (draft-ietf-oauth-client-id-metadata-document-01) by Keycloak's
 * experimental executor, for documents of the internet alone and with the rules of registration:
 * the executor fetches from wherever a trusted name leads, and takes fields that would have the
 * server call further addresses.
 */
final class PackClientIdMetadataDocumentExecutor extends ClientIdMetadataDocumentExecutor {

  /** An address as it stands in a URI. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

  private static final ObjectMapper TOLERANT =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  PackClientIdMetadataDocumentExecutor(
      KeycloakSession session, ClientIdMetadataDocumentExecutorFactoryProviderConfig config) {
    super(session, config);
  }

  @Override
  protected URI verifyClientId(String clientId) throws ClientPolicyException {
    URI document = super.verifyClientId(clientId);
    if (!isTrustedByItsAddress(document.getHost()) && !PublicHost.isPublic(document.getHost())) {
      throw invalidClientIdMetadata("The client's metadata document is not on a public host");
    }
    return document;
  }

  /** For development: an admin who names an address, and no name, knows where it leads. */
  private boolean isTrustedByItsAddress(String host) {
    return ADDRESS.matcher(host).matches()
        && Optional.ofNullable(getConfiguration().getTrustedDomains())
            .orElse(List.of())
            .contains(host);
  }

  /**
   * Nothing but 200 is an answer, also where the client is known (section 4), and a document may
   * say what nobody here knows (section 4.1), at which Keycloak fails (keycloak/keycloak#51039).
   */
  @Override
  @SuppressWarnings("rawtypes") // as Keycloak's own method has it
  protected OIDCClientRepresentationWithCacheControl fetchClientMetadata(
      URI document, boolean isUpdate, ClientIdMetadataDocumentProvider provider)
      throws ClientPolicyException {
    try (SimpleHttpResponse response =
        SimpleHttp.create(session)
            .withMaxConsumedResponseSize(providerConfig.getUpperLimitMetadataBytes())
            .withObjectMapper(TOLERANT)
            .doGet(document.toString())
            .acceptJson()
            .asResponse()) {
      if (response.getStatus() != Response.Status.OK.getStatusCode()) {
        throw invalidClientIdMetadata(ERR_METADATA_FETCH_FAILED);
      }
      OIDCClientRepresentation metadata = response.asJson(OIDCClientRepresentation.class);
      augmentClientOIDC(metadata);
      return new OIDCClientRepresentationWithCacheControl(
          metadata,
          new ClientMetadataCacheControl(
              response.getFirstHeader(HttpHeaders.CACHE_CONTROL),
              providerConfig.getMinCacheTime(),
              providerConfig.getMaxCacheTime()));
    } catch (IOException e) {
      getLogger().debugf(e, "No metadata document of %s", document);
      throw invalidClientIdMetadata(ERR_METADATA_FETCH_FAILED);
    }
  }

  @Override
  protected URI verifyClientMetadata(
      URI document, URI redirectUri, OIDCClientRepresentation metadata)
      throws ClientPolicyException {
    Optional<Flaw> flaw = Optional.ofNullable(metadata).flatMap(new ClientMetadata(session)::flaw);
    if (flaw.isPresent()) {
      throw invalidClientIdMetadata(flaw.get().description());
    }
    return super.verifyClientMetadata(document, redirectUri, metadata);
  }

  /**
   * The last look at a document before the client becomes what it says: Keycloak compares the
   * domain of the redirect URI of this request alone (keycloak/keycloak#50748).
   */
  @Override
  protected void validateClientMetadata(
      URI document, URI redirectUri, OIDCClientRepresentation metadata)
      throws ClientPolicyException {
    for (String each : metadata.getRedirectUris()) {
      super.validateClientMetadata(document, URI.create(each), metadata);
    }
    RealmModel realm = session.getContext().getRealm();
    ClientModel present = realm.getClientByClientId(document.toString());
    if (present != null && !present.getRedirectUris().containsAll(metadata.getRedirectUris())) {
      takeConsentAway(realm, present);
    }
  }

  /**
   * Who agreed to the application did not agree to be sent elsewhere (section 6.3 of the draft). By
   * this call Keycloak forgets the consents to a client that is removed.
   */
  private void takeConsentAway(RealmModel realm, ClientModel client) {
    session.users().preRemove(realm, client);
  }
}
