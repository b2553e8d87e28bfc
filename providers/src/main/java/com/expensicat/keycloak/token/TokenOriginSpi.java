package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSpi;

/** The SPI of what access tokens were exchanged for. */
public final class TokenOriginSpi extends PackSpi {

  public TokenOriginSpi() {
    super("expensicat-token-origin", true, TokenOrigin.class, TokenOriginFactory.class);
  }
}
