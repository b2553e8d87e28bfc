/**
 * The guide's API in small: it takes access tokens of the realm and session JWTs of the web
 * application, and lets each do what its scopes say.
 */
package com.expensicat.keycloak.examples.api;
