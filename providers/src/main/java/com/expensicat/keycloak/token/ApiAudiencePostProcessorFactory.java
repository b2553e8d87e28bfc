package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.resource.ResourceIndicators;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.mappers.AudienceProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * What {@code aud} an access token carries (RFC 9068 3): the audience of each protected resource
 * that takes a scope of it, of those alone that the client has named by {@code resource} (RFC 8707
 * 2), and beside it the resource's address where it has one, as a client looks for what it named.
 * Scopes that none of the named ones takes are left out. Without the pack each scope of the catalog
 * gives the API's audience, by Keycloak's own mapper.
 */
public class ApiAudiencePostProcessorFactory extends AccessTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-api-address";
  }

  /** The mapper of a scope of the catalog, without an id. */
  public static ProtocolMapperModel mapper() {
    ProtocolMapperModel mapper = new ProtocolMapperModel();
    mapper.setName("api audience");
    mapper.setProtocol(OIDCLoginProtocol.LOGIN_PROTOCOL);
    mapper.setProtocolMapper(AudienceProtocolMapper.PROVIDER_ID);
    mapper.setConfig(
        Map.of(
            AudienceProtocolMapper.INCLUDED_CUSTOM_AUDIENCE, PackSettings.get().audience(),
            OIDCAttributeMapperHelper.INCLUDE_IN_ACCESS_TOKEN, "true",
            OIDCAttributeMapperHelper.INCLUDE_IN_LIGHTWEIGHT_ACCESS_TOKEN, "true",
            OIDCAttributeMapperHelper.INCLUDE_IN_INTROSPECTION, "true",
            OIDCAttributeMapperHelper.INCLUDE_IN_ID_TOKEN, "false",
            OIDCAttributeMapperHelper.INCLUDE_IN_USERINFO, "false"));
    return mapper;
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    ClientSessionContext grant = context.clientSessionCtx();
    ProtectedResources known = ProtectedResources.of(session, realm);
    String granted = granted(context);
    if (granted != null && context.refreshToken() != null) {
      context.refreshToken().setOtherClaims(OAuth2Constants.RESOURCE, granted);
    }
    Optional<List<ProtectedResource>> target = ResourceIndicators.target(session, known, granted);
    String scope = token.getScope() == null ? "" : token.getScope();
    if (target.isPresent()) {
      scope = ResourceIndicators.narrow(session, scope, target.get());
      token.setScope(scope);
    }
    token.audience(audience(token, known, target.orElse(known.all()), scope, grant));
  }

  /** The resources that the grant was asked for, as code or refresh token remembers them. */
  private static String granted(TokenPostProcessorContext context) {
    if (context.code() != null) {
      return context.code().getResource();
    }
    return context.requestRefreshToken() == null
        ? null
        : ResourceIndicators.of(context.requestRefreshToken());
  }

  private static String[] audience(
      AccessToken token,
      ProtectedResources known,
      List<ProtectedResource> target,
      String scope,
      ClientSessionContext grant) {
    Set<String> scopes = new HashSet<>(Arrays.asList(scope.split(" ", -1)));
    Stream<String> others =
        Stream.ofNullable(token.getAudience())
            .flatMap(Arrays::stream)
            .filter(one -> known.all().stream().noneMatch(resource -> resource.isNamed(one)));
    String[] audience =
        Stream.concat(
                others,
                target.stream()
                    .filter(resource -> resource.takesAny(scopes))
                    .filter(resource -> isAskedFor(resource, grant))
                    .flatMap(
                        resource ->
                            Stream.concat(
                                Stream.of(resource.audience()), resource.address().stream())))
            .toArray(String[]::new);
    return audience.length == 0 ? null : audience;
  }

  /** Whether an exchange asks for it, which may name its {@code audience} (RFC 8693 2.1). */
  private static boolean isAskedFor(ProtectedResource resource, ClientSessionContext grant) {
    ClientModel[] named =
        grant.getAttribute(Constants.REQUESTED_AUDIENCE_CLIENTS, ClientModel[].class);
    return named == null
        || Arrays.stream(named).anyMatch(one -> resource.audience().equals(one.getClientId()));
  }
}
