package com.expensicat.keycloak.registration;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutor;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutorFactoryProviderConfig;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.services.clientpolicy.ClientPolicyException;

/**
 * Client id metadata documents (draft-ietf-oauth-client-id-metadata-document) by Keycloak's
 * experimental executor, for documents of the internet alone and with the rules of registration:
 * the executor fetches from wherever a trusted name leads, and takes fields that would have the
 * server call further addresses.
 */
final class PackClientIdMetadataDocumentExecutor extends ClientIdMetadataDocumentExecutor {

  /** An address as it stands in a URI. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

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
}
