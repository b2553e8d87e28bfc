package com.expensicat.keycloak.floor;

import java.util.List;
import java.util.Map;
import org.keycloak.OAuth2Constants;
import org.keycloak.services.clientpolicy.ClientPolicyEvent;

/**
 * The grant types that are offered, in the order in which the metadata names them. Password and
 * implicit are what RFC 9700 2.1.2 and 2.4 advise against; device, CIBA and UMA have no use here.
 */
public final class OfferedGrants {

  /** Those that a client may register for (RFC 7591 2). */
  public static final List<String> REGISTRABLE =
      List.of(OAuth2Constants.AUTHORIZATION_CODE, OAuth2Constants.REFRESH_TOKEN);

  /** The names of all, as in {@code grant_types_supported} (RFC 8414 2). */
  public static final List<String> NAMES =
      List.of(
          OAuth2Constants.AUTHORIZATION_CODE,
          OAuth2Constants.REFRESH_TOKEN,
          OAuth2Constants.CLIENT_CREDENTIALS,
          OAuth2Constants.TOKEN_EXCHANGE_GRANT_TYPE);

  /** The requests of a grant type, as client policies are told of them. */
  private static final Map<ClientPolicyEvent, String> REQUESTS =
      Map.of(
          ClientPolicyEvent.TOKEN_REQUEST, OAuth2Constants.AUTHORIZATION_CODE,
          ClientPolicyEvent.TOKEN_REFRESH, OAuth2Constants.REFRESH_TOKEN,
          ClientPolicyEvent.SERVICE_ACCOUNT_TOKEN_REQUEST, OAuth2Constants.CLIENT_CREDENTIALS,
          ClientPolicyEvent.TOKEN_EXCHANGE_REQUEST, OAuth2Constants.TOKEN_EXCHANGE_GRANT_TYPE,
          ClientPolicyEvent.RESOURCE_OWNER_PASSWORD_CREDENTIALS_REQUEST, OAuth2Constants.PASSWORD,
          ClientPolicyEvent.DEVICE_AUTHORIZATION_REQUEST, OAuth2Constants.DEVICE_CODE_GRANT_TYPE,
          ClientPolicyEvent.DEVICE_TOKEN_REQUEST, OAuth2Constants.DEVICE_CODE_GRANT_TYPE,
          ClientPolicyEvent.BACKCHANNEL_AUTHENTICATION_REQUEST, OAuth2Constants.CIBA_GRANT_TYPE,
          ClientPolicyEvent.BACKCHANNEL_TOKEN_REQUEST, OAuth2Constants.CIBA_GRANT_TYPE,
          ClientPolicyEvent.JWT_AUTHORIZATION_GRANT, OAuth2Constants.JWT_AUTHORIZATION_GRANT);

  private OfferedGrants() {}

  /** Whether something is no request of a grant type that is not offered. */
  static boolean allow(ClientPolicyEvent event) {
    return !REQUESTS.containsKey(event) || NAMES.contains(REQUESTS.get(event));
  }
}
