package com.expensicat.keycloak.pkce;

import java.util.Optional;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequest;
import org.keycloak.protocol.oidc.par.clientpolicy.context.PushedAuthorizationRequestContext;
import org.keycloak.protocol.oidc.utils.OAuth2Code;
import org.keycloak.representations.idm.ClientPolicyExecutorConfigurationRepresentation;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.context.AuthorizationRequestContext;
import org.keycloak.services.clientpolicy.context.ClientCRUDContext;
import org.keycloak.services.clientpolicy.context.TokenRequestContext;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;

/**
 * Refuses authorization requests, pushed ones too, without an S256 code challenge, and redemptions
 * without the verifier that fits it; sets the method S256 on each client that is made or changed.
 *
 * <p>Keycloak's own {@code pkce-enforcer} lets pushed requests pass unchecked, takes challenges
 * that no SHA-256 can have made, and answers with event names for error codes.
 */
public final class S256PkceExecutor
    implements ClientPolicyExecutorProvider<ClientPolicyExecutorConfigurationRepresentation> {

  @Override
  public String getProviderId() {
    return S256PkceExecutorFactory.PROVIDER_ID;
  }

  /**
   * @throws ClientPolicyException {@code invalid_request} for a challenge, {@code invalid_grant}
   *     for a verifier
   */
  @Override
  public void executeOnEvent(ClientPolicyContext context) throws ClientPolicyException {
    if (context instanceof AuthorizationRequestContext authorization) {
      requireChallenge(authorization.getAuthorizationEndpointRequest());
    } else if (context instanceof PushedAuthorizationRequestContext pushed) {
      requireChallenge(pushed.getRequest());
    } else if (context instanceof TokenRequestContext token) {
      requireVerifier(
          token.getParams().getFirst(OAuth2Constants.CODE_VERIFIER),
          token.getParseResult().getCodeData());
    } else if (context instanceof ClientCRUDContext client
        && client.getProposedClientRepresentation() != null) {
      OIDCAdvancedConfigWrapper.fromClientRepresentation(client.getProposedClientRepresentation())
          .setPkceCodeChallengeMethod(OAuth2Constants.PKCE_METHOD_S256);
    }
  }

  private static void requireChallenge(AuthorizationEndpointRequest request)
      throws ClientPolicyException {
    refuse(
        OAuthErrorException.INVALID_REQUEST,
        S256.flawOfChallenge(request.getCodeChallenge(), request.getCodeChallengeMethod()));
  }

  private static void requireVerifier(String codeVerifier, OAuth2Code code)
      throws ClientPolicyException {
    refuse(
        OAuthErrorException.INVALID_GRANT,
        S256.flawOfVerifier(codeVerifier, code.getCodeChallenge(), code.getCodeChallengeMethod()));
  }

  private static void refuse(String error, Optional<String> flaw) throws ClientPolicyException {
    if (flaw.isPresent()) {
      throw new ClientPolicyException(error, flaw.get());
    }
  }
}
