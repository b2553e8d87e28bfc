/**
 * PKCE with S256 and nothing else (RFC 7636, RFC 9700 2.1.1): the rule itself, and the executor by
 * which a client policy applies it.
 */
package com.expensicat.keycloak.pkce;
