package com.expensicat.keycloak.session;

import org.keycloak.provider.ProviderFactory;

/** Makes {@link SessionJwtProvider}s. */
public interface SessionJwtProviderFactory extends ProviderFactory<SessionJwtProvider> {}
