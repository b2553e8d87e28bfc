package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.mappers.AudienceProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * What {@code aud} an access token carries (RFC 9068 3): the API's audience where it holds a scope
 * of the catalog, which each of these scopes gives it by Keycloak's own mapper, and beside it the
 * API's address where that is set, as a client that asked for it by {@code resource} looks for that
 * (RFC 8707 2); else neither.
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
    if (token.hasAudience(PackSettings.get().audience())) {
      PackSettings.get().apiAddress().ifPresent(token::addAudience);
    }
  }
}
