package com.expensicat.keycloak.token;

import org.keycloak.provider.ProviderFactory;

/** Makes a {@link TokenOrigin}. */
public interface TokenOriginFactory extends ProviderFactory<TokenOrigin> {}
