package com.expensicat.keycloak.session;

import com.expensicat.keycloak.PackSpi;

/** The SPI {@code session-jwt}. */
public final class SessionJwtSpi extends PackSpi {

  public SessionJwtSpi() {
    super("session-jwt", true, SessionJwtProvider.class, DefaultSessionJwtProviderFactory.class);
  }
}
