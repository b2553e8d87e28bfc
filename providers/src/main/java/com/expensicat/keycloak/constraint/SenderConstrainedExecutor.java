package com.expensicat.keycloak.constraint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequestParserProcessor;
import org.keycloak.protocol.oidc.endpoints.request.RequestUriType;
import org.keycloak.representations.RefreshToken;
import org.keycloak.representations.idm.ClientPolicyExecutorConfigurationRepresentation;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.context.AuthorizationRequestContext;
import org.keycloak.services.clientpolicy.context.ServiceAccountTokenRequestContext;
import org.keycloak.services.clientpolicy.context.TokenExchangeRequestContext;
import org.keycloak.services.clientpolicy.context.TokenRefreshContext;
import org.keycloak.services.clientpolicy.context.TokenRequestContext;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;
import org.keycloak.services.util.DPoPUtil;

/**
 * Refuses requests for some scopes that are not pushed (RFC 9126), and tokens for them that would
 * not be bound to a key (RFC 9449), whichever grant they come by.
 *
 * <p>Keycloak's own {@code dpop-bind-enforcer} and {@code secure-par-content} look at clients,
 * whatever these ask for.
 */
public final class SenderConstrainedExecutor
    implements ClientPolicyExecutorProvider<SenderConstrainedExecutor.Configuration> {

  /** Access tokens must be bound to a key. */
  static final String DPOP = "dpop";

  /** Authorization requests must be pushed. */
  static final String PAR = "par";

  static final List<String> REQUIREMENTS = List.of(DPOP, PAR);
  static final List<String> DEFAULT_SCOPES = List.of("banking:*", "team:admin");

  private final KeycloakSession session;
  private Configuration configuration = new Configuration();

  /** The settings of one use of the executor in a client profile. */
  public static final class Configuration extends ClientPolicyExecutorConfigurationRepresentation {

    /** Names of scopes; a {@code *} at the end of one stands for any rest. */
    @JsonProperty private List<String> scopes = DEFAULT_SCOPES;

    /** Out of {@link #REQUIREMENTS}; none means all. */
    @JsonProperty private List<String> require = REQUIREMENTS;

    @Override
    public boolean validateConfig() {
      return require == null || REQUIREMENTS.containsAll(require);
    }

    private boolean requires(String requirement) {
      return require == null || require.isEmpty() || require.contains(requirement);
    }

    private boolean names(String scope) {
      List<String> names = scopes == null || scopes.isEmpty() ? DEFAULT_SCOPES : scopes;
      return names.stream()
          .anyMatch(
              name ->
                  name.endsWith("*")
                      ? scope.startsWith(name.substring(0, name.length() - 1))
                      : scope.equals(name));
    }
  }

  SenderConstrainedExecutor(KeycloakSession session) {
    this.session = session;
  }

  @Override
  public String getProviderId() {
    return SenderConstrainedExecutorFactory.PROVIDER_ID;
  }

  @Override
  public Class<Configuration> getExecutorConfigurationClass() {
    return Configuration.class;
  }

  @Override
  public void setupConfiguration(Configuration config) {
    configuration = config == null ? new Configuration() : config;
  }

  /**
   * @throws ClientPolicyException {@code invalid_request} for a request that is not pushed, {@code
   *     invalid_dpop_proof} for a token request without a proof
   */
  @Override
  public void executeOnEvent(ClientPolicyContext context) throws ClientPolicyException {
    if (context instanceof AuthorizationRequestContext request) {
      requirePushed(request);
    } else if (context instanceof TokenRequestContext code) {
      requireProof(
          code.getParseResult().getCodeData().getScope(), code.getClientSession().getClient());
    } else if (context instanceof TokenRefreshContext refresh) {
      requireProof(scope(refresh), refresh.getClient());
    } else if (context instanceof ServiceAccountTokenRequestContext own) {
      requireProof(
          own.getParams().getFirst(OAuth2Constants.SCOPE), own.getClientSession().getClient());
    } else if (context instanceof TokenExchangeRequestContext exchange) {
      requireProof(exchange.getScopeParameter(), exchange.getClient());
    }
  }

  private void requirePushed(AuthorizationRequestContext request) throws ClientPolicyException {
    String requestUri =
        request.getRequestParameters().getFirst(OIDCLoginProtocol.REQUEST_URI_PARAM);
    boolean pushed =
        requestUri != null
            && AuthorizationEndpointRequestParserProcessor.getRequestUriType(requestUri)
                == RequestUriType.PAR;
    if (!pushed
        && configuration.requires(PAR)
        && concerns(request.getScopeParameter(), request.getClient())) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST, "A request for these scopes must be pushed");
    }
  }

  /** Keycloak has verified the proof by now, or refused it. */
  private void requireProof(String scope, ClientModel client) throws ClientPolicyException {
    if (session.getAttribute(DPoPUtil.DPOP_SESSION_ATTRIBUTE) == null
        && configuration.requires(DPOP)
        && concerns(scope, client)) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_DPOP_PROOF,
          "A token for these scopes must be bound to a key, and the DPoP proof is missing");
    }
  }

  /** A refresh that asks for nothing gets what was granted (RFC 6749 6). */
  private String scope(TokenRefreshContext refresh) {
    if (refresh.getScopeParameter() != null) {
      return refresh.getScopeParameter();
    }
    RefreshToken token =
        session
            .tokens()
            .decode(
                refresh.getParams().getFirst(OAuth2Constants.REFRESH_TOKEN), RefreshToken.class);
    return token == null ? null : token.getScope();
  }

  /** A client's default scopes are in its tokens without being asked for. */
  private boolean concerns(String scope, ClientModel client) {
    return Stream.concat(
            client.getClientScopes(true).keySet().stream(),
            Stream.ofNullable(scope).flatMap(TokenManager::parseScopeParameter))
        .anyMatch(configuration::names);
  }
}
