/**
 * The scope catalog: which scopes the API has ({@link
 * com.expensicat.keycloak.scope.ScopeCatalogProvider}), and the {@link
 * com.expensicat.keycloak.scope.ScopeReconciler} that keeps them true in the realm.
 */
package com.expensicat.keycloak.scope;
