package com.expensicat.keycloak.scope;

/**
 * One scope of the API.
 *
 * @param name the scope's name, a scope-token of RFC 6749 3.3 such as {@code transactions:read}
 * @param description what it lets an application do, shown to the person who is asked for consent
 */
public record CatalogScope(String name, String description) {}
