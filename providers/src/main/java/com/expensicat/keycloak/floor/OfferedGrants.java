package com.expensicat.keycloak.floor;

import java.util.List;
import org.keycloak.OAuth2Constants;

/**
 * The grant types that are offered, in the order in which the metadata names them. Password and
 * implicit are what RFC 9700 2.1.2 and 2.4 advise against; device, CIBA and UMA have no use here.
 */
public final class OfferedGrants {

  /** Their names, as in {@code grant_types_supported} (RFC 8414 2). */
  public static final List<String> NAMES =
      List.of(
          OAuth2Constants.AUTHORIZATION_CODE,
          OAuth2Constants.REFRESH_TOKEN,
          OAuth2Constants.CLIENT_CREDENTIALS,
          OAuth2Constants.TOKEN_EXCHANGE_GRANT_TYPE);

  private OfferedGrants() {}
}
