package com.expensicat.keycloak.scope;

import org.keycloak.provider.ProviderFactory;

/** Makes a {@link ScopeCatalogProvider}. */
public interface ScopeCatalogProviderFactory extends ProviderFactory<ScopeCatalogProvider> {}
