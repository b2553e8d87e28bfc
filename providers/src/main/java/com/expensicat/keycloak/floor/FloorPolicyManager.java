package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.AuthorizationRequestRule.Finding;
import com.expensicat.keycloak.grant.GrantIssue;
import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.pkce.S256PkceExecutor;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.scope.RefusedScopes;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.Profile;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenExchangeContext;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequest;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequestParserProcessor;
import org.keycloak.protocol.oidc.par.clientpolicy.context.PushedAuthorizationRequestContext;
import org.keycloak.protocol.oidc.tokenexchange.StandardTokenExchangeProvider;
import org.keycloak.protocol.oidc.utils.OIDCResponseMode;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.RefreshToken;
import org.keycloak.representations.idm.ClientPoliciesRepresentation;
import org.keycloak.representations.idm.ClientProfilesRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.keycloak.services.ErrorPageException;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.ClientPolicyManager;
import org.keycloak.services.clientpolicy.context.AuthorizationRequestContext;
import org.keycloak.services.clientpolicy.context.PreAuthorizationRequestContext;
import org.keycloak.services.clientpolicy.context.ServiceAccountTokenRequestContext;
import org.keycloak.services.clientpolicy.context.TokenExchangeRequestContext;
import org.keycloak.services.clientpolicy.context.TokenRefreshContext;
import org.keycloak.services.clientpolicy.executor.DownscopeAssertionGrantEnforcerExecutor;
import org.keycloak.services.messages.Messages;

/**
 * Client policies with a floor under them. Keycloak asks the client policy manager at every step of
 * every client and at every address, so what is refused here cannot be reached by another way, and
 * no policy, attribute or switch of a client lifts it.
 */
final class FloorPolicyManager implements ClientPolicyManager {

  private final KeycloakSession session;
  private final ClientPolicyManager policies;
  private final S256PkceExecutor pkce = new S256PkceExecutor();

  FloorPolicyManager(KeycloakSession session, ClientPolicyManager policies) {
    this.session = session;
    this.policies = policies;
  }

  @Override
  public void triggerOnEvent(ClientPolicyContext context) throws ClientPolicyException {
    if (!PackSettings.get().hasFloor(session, session.getContext().getRealm())) {
      policies.triggerOnEvent(context);
      return;
    }
    hold(context);
    if (!CoveredPolicies.cover(session, session.getContext().getRealm(), context.getEvent())) {
      policies.triggerOnEvent(context);
    }
    if (context instanceof PreAuthorizationRequestContext authorization
        && Profile.isFeatureEnabled(Profile.Feature.CIMD)) {
      // The policy for client id metadata documents makes or changes the client only just now.
      beforeAuthorization(authorization);
    }
  }

  private void hold(ClientPolicyContext context) throws ClientPolicyException {
    if (context instanceof PreAuthorizationRequestContext authorization) {
      beforeAuthorization(authorization);
      return;
    }
    if (context instanceof PushedAuthorizationRequestContext pushed) {
      pushed(pushed);
    } else if (context instanceof AuthorizationRequestContext authorization) {
      authorization(authorization);
    } else if (context instanceof ServiceAccountTokenRequestContext serviceAccount) {
      serviceAccount(serviceAccount);
    } else if (context instanceof TokenRefreshContext refresh) {
      refresh(refresh);
    } else if (context instanceof TokenExchangeRequestContext exchange) {
      exchange(exchange);
    } else if (!OfferedGrants.allow(context.getEvent())) {
      throw new ClientPolicyException(
          OAuthErrorException.UNSUPPORTED_GRANT_TYPE, "This grant is not offered");
    }
    pkce.executeOnEvent(context);
  }

  /**
   * The request as it comes, before Keycloak has looked at its redirect URI. Keycloak would match
   * wildcards there, and tell the client of a wrong response type at a URI that it has not
   * registered.
   */
  private void beforeAuthorization(PreAuthorizationRequestContext context)
      throws ClientPolicyException {
    RealmModel realm = session.getContext().getRealm();
    MultivaluedMap<String, String> parameters = context.getRequestParameters();
    ClientModel client =
        context.getClientId() == null ? null : realm.getClientByClientId(context.getClientId());
    if (client == null || !client.isEnabled()) {
      return;
    }
    // As Keycloak does it next: by this it knows its scope organization:<alias>.
    session.getContext().setClient(client);
    requireOneSource(parameters);
    MultivaluedMap<String, String> sent = new MultivaluedHashMap<>(parameters);
    Optional<PushedRequest> pushed = pushedRequest(client, parameters);
    leaveToRequestObject(parameters);
    EventBuilder event = login(client);
    AuthorizationEndpointRequest request =
        PlainRequest.read(session, parameters)
            .orElseGet(
                () ->
                    AuthorizationEndpointRequestParserProcessor.parseRequest(
                        event,
                        session,
                        client,
                        parameters,
                        AuthorizationEndpointRequestParserProcessor.EndpointType
                            .OIDC_AUTH_ENDPOINT));
    Optional<RequestObject> object = RequestObject.readIn(session);
    AuthorizationRequestRule rule = new AuthorizationRequestRule(session);
    // What was pushed was looked at then, and may have lain a while since.
    Finding finding =
        pushed.isPresent()
            ? rule.examine(
                client,
                request,
                sent,
                Optional.empty(),
                (name, values) -> pushed.get().leavesRoomFor(name, values, object))
            : rule.examine(
                client,
                request,
                sent,
                object,
                (name, values) -> object.isEmpty() || object.get().leavesRoomFor(name));
    if (finding instanceof Finding.Untrusted untrusted) {
      event.detail(Details.REDIRECT_URI, untrusted.redirectUri());
      throw untrusted(event);
    }
    if (finding instanceof Finding.Refused refused) {
      event
          .detail(Details.REASON, refused.description())
          .detail(Details.REDIRECT_URI, refused.redirectUri())
          .error(refused.error());
      throw new ErrorPageException(redirect(request, refused));
    }
    noteRequested(finding);
  }

  private void noteRequested(Finding finding) {
    if (finding instanceof Finding.Kept kept) {
      LoopbackClient.noteRequested(session, kept.redirectUri());
    }
  }

  /** As Keycloak answers where its own check fails, and with the event that it makes then. */
  private ErrorPageException untrusted(EventBuilder event) {
    event.error(Errors.INVALID_REDIRECT_URI);
    return new ErrorPageException(
        session,
        Response.Status.BAD_REQUEST,
        Messages.INVALID_PARAMETER,
        OIDCLoginProtocol.REDIRECT_URI_PARAM);
  }

  private EventBuilder login(ClientModel client) {
    return new EventBuilder(client.getRealm(), session, session.getContext().getConnection())
        .event(EventType.LOGIN)
        .client(client);
  }

  /** RFC 6749 3.1: the same parameter with two values, one in the query and one in the form. */
  private void requireOneSource(MultivaluedMap<String, String> parameters)
      throws ClientPolicyException {
    if (!HttpMethod.POST.equals(session.getContext().getHttpRequest().getHttpMethod())) {
      return;
    }
    MultivaluedMap<String, String> query = session.getContext().getUri().getQueryParameters();
    for (String name : parameters.keySet()) {
      List<String> inQuery = query.get(name);
      if (inQuery != null && !inQuery.equals(parameters.get(name))) {
        throw new ClientPolicyException(
            OAuthErrorException.INVALID_REQUEST, "Query and form differ in a parameter");
      }
    }
  }

  private Optional<PushedRequest> pushedRequest(
      ClientModel client, MultivaluedMap<String, String> parameters) throws ClientPolicyException {
    List<String> requestUris = values(parameters, OIDCLoginProtocol.REQUEST_URI_PARAM);
    if (requestUris.size() == 1 && PushedRequest.isNamedBy(requestUris.get(0))) {
      return Optional.of(PushedRequest.of(session, client, requestUris.get(0)));
    }
    if (requestUris.size() + values(parameters, OIDCLoginProtocol.REQUEST_PARAM).size() > 1) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST, "More than one request object");
    }
    return Optional.empty();
  }

  /**
   * Takes away what stands beside a request object (RFC 9101 6.3, RFC 9126 4). Keycloak would fill
   * from there what the object does not hold. Its executor {@code secure-par-content} refuses that
   * (keycloak/keycloak#20710), but only for pushed requests, which it makes compulsory, and by the
   * name of a parameter, not by its value.
   */
  private static void leaveToRequestObject(MultivaluedMap<String, String> parameters) {
    for (String reference :
        List.of(OIDCLoginProtocol.REQUEST_URI_PARAM, OIDCLoginProtocol.REQUEST_PARAM)) {
      if (parameters.containsKey(reference)) {
        parameters.keySet().retainAll(Set.of(OIDCLoginProtocol.CLIENT_ID_PARAM, reference));
      }
    }
  }

  private static List<String> values(MultivaluedMap<String, String> parameters, String name) {
    return parameters.getOrDefault(name, List.of());
  }

  private Response redirect(AuthorizationEndpointRequest request, Finding.Refused refused) {
    Response response =
        ErrorRedirect.to(
            session,
            refused.redirectUri(),
            OIDCResponseMode.parseWhenInvalidResponseType(request.getResponseMode()),
            refused.error(),
            refused.description(),
            request.getState());
    Response.ResponseBuilder answer =
        Response.fromResponse(response).header("Cache-Control", "no-store");
    // Without an entity, an exception's response is replaced by Keycloak's error handler.
    return response.hasEntity()
        ? answer.build()
        : answer.type(MediaType.TEXT_PLAIN_TYPE).entity("").build();
  }

  /** A pushed request gets its answer at once (RFC 9126 2.3). */
  private void pushed(PushedAuthorizationRequestContext context) throws ClientPolicyException {
    AuthorizationEndpointRequest request = context.getRequest();
    Optional<RequestObject> object = RequestObject.readIn(session);
    Finding finding =
        new AuthorizationRequestRule(session)
            .examine(
                context.getClient(),
                request,
                context.getRequestParameters(),
                object,
                (name, values) -> object.isEmpty() || object.get().leavesRoomFor(name));
    if (finding instanceof Finding.Untrusted) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST,
          "Invalid parameter: " + OIDCLoginProtocol.REDIRECT_URI_PARAM);
    }
    if (finding instanceof Finding.Refused refused) {
      throw new ClientPolicyException(refused.error(), refused.description());
    }
    noteRequested(finding);
  }

  /** Once more after Keycloak's own checks, for a pushed request whose client changed since. */
  private void authorization(AuthorizationRequestContext context) {
    ClientModel client = context.getClient();
    if (RedirectUris.match(session, client, context.getRedirectUri()).isEmpty()) {
      throw untrusted(login(client).detail(Details.REDIRECT_URI, context.getRedirectUri()));
    }
    keepOrganization(context);
  }

  /** Of parameters that Keycloak does not know, it keeps five only, whichever come first. */
  private void keepOrganization(AuthorizationRequestContext context) {
    Optional<RequestObject> object = RequestObject.readIn(session);
    Optional<String> organization =
        object.isPresent()
            ? Optional.ofNullable(object.get().parameters().get(LoginOrganization.PARAMETER))
            : Optional.ofNullable(
                context.getRequestParameters().getFirst(LoginOrganization.PARAMETER));
    organization
        .filter(Predicate.not(String::isBlank))
        .ifPresent(
            id ->
                context
                    .getAuthorizationEndpointRequest()
                    .getAdditionalReqParams()
                    .put(LoginOrganization.PARAMETER, id));
  }

  /**
   * An application that acts for itself has only those scopes of the catalog that an admin made
   * default scopes of it. Keycloak would give it every optional one that it asks for.
   */
  private void serviceAccount(ServiceAccountTokenRequestContext context)
      throws ClientPolicyException {
    String requested = context.getParams().getFirst(OAuth2Constants.SCOPE);
    if (requested == null) {
      return;
    }
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    Set<String> given = context.getClientSession().getClient().getClientScopes(true).keySet();
    requireNone(
        "Not given to this client without a person's consent",
        TokenManager.parseScopeParameter(requested)
            .filter(scope -> catalog.contains(scope) && !given.contains(scope)));
  }

  /**
   * A refreshed token is never wider than the grant (RFC 6749 6). Keycloak leaves out what was not
   * granted without a word, and uses the refresh token up.
   */
  private void refresh(TokenRefreshContext context) throws ClientPolicyException {
    String requested = context.getParams().getFirst(OAuth2Constants.SCOPE);
    RefreshToken token =
        session
            .tokens()
            .decode(
                context.getParams().getFirst(OAuth2Constants.REFRESH_TOKEN), RefreshToken.class);
    if (requested == null || token == null || token.getScope() == null) {
      return;
    }
    Set<String> granted =
        TokenManager.parseScopeParameter(token.getScope()).collect(Collectors.toSet());
    requireNone(
        "Wider than what was granted",
        TokenManager.parseScopeParameter(requested).filter(Predicate.not(granted::contains)));
  }

  private static void requireNone(String problem, Stream<String> scopes)
      throws ClientPolicyException {
    List<String> wrong = scopes.toList();
    if (!wrong.isEmpty()) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_SCOPE, RefusedScopes.naming(problem, wrong));
    }
  }

  /**
   * An exchanged access token (RFC 8693) is never wider than the one it comes from, whatever the
   * client may ask a person for or has by default; Keycloak looks at that only where a policy has
   * its executor (keycloak/keycloak#43931). It does not remember what was withheld, so that a
   * refresh token would give it after all. Its older exchange, a feature that is off unless an
   * admin wants it, looks at none of this. It ends with the grant of the one that it comes from. A
   * session JWT has a rule of its own.
   */
  private void exchange(TokenExchangeRequestContext context) throws ClientPolicyException {
    TokenExchangeContext exchange = context.getTokenExchangeContext();
    TokenExchangeContext.Params request = exchange.getParams();
    if (OAuth2Constants.JWT_TOKEN_TYPE.equals(request.getSubjectTokenType())) {
      return;
    }
    if (!new StandardTokenExchangeProvider().supports(exchange)) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST, exchange.getUnsupportedReason());
    }
    if (OAuth2Constants.REFRESH_TOKEN_TYPE.equals(request.getRequestedTokenType())) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST, "A refresh token cannot be requested");
    }
    AccessToken subject = session.tokens().decode(request.getSubjectToken(), AccessToken.class);
    if (subject != null) {
      new DownscopeAssertionGrantEnforcerExecutor(session).executeOnEvent(context);
      GrantIssue.beginExchange(session, subject);
      ResourceIndicators.exchange(session, subject);
    }
  }

  @Override
  public void setupClientPoliciesOnCreatedRealm(RealmModel realm) {
    policies.setupClientPoliciesOnCreatedRealm(realm);
  }

  @Override
  public void updateRealmModelFromRepresentation(RealmModel realm, RealmRepresentation rep) {
    policies.updateRealmModelFromRepresentation(realm, rep);
  }

  @Override
  public void updateClientProfiles(RealmModel realm, ClientProfilesRepresentation clientProfiles)
      throws ClientPolicyException {
    policies.updateClientProfiles(realm, clientProfiles);
  }

  @Override
  public ClientProfilesRepresentation getClientProfiles(
      RealmModel realm, boolean includeGlobalProfiles) throws ClientPolicyException {
    return policies.getClientProfiles(realm, includeGlobalProfiles);
  }

  @Override
  public void updateClientPolicies(RealmModel realm, ClientPoliciesRepresentation clientPolicies)
      throws ClientPolicyException {
    policies.updateClientPolicies(realm, clientPolicies);
  }

  @Override
  public ClientPoliciesRepresentation getClientPolicies(
      RealmModel realm, boolean includeGlobalPolicies) throws ClientPolicyException {
    return policies.getClientPolicies(realm, includeGlobalPolicies);
  }

  @Override
  public void updateRealmRepresentationFromModel(RealmModel realm, RealmRepresentation rep) {
    policies.updateRealmRepresentationFromModel(realm, rep);
  }

  @Override
  public void close() {}
}
