package com.expensicat.keycloak.scope;

import java.util.Optional;

/**
 * One scope of the API.
 *
 * @param name the scope's name, a scope-token of RFC 6749 3.3 such as {@code transactions:read}
 * @param description what it lets an application do, shown to the person who is asked for consent
 * @param resource the audience of the protected resource that it opens; the API's unless set
 */
public record CatalogScope(String name, String description, Optional<String> resource) {}
