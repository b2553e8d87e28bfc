/**
 * The ground of all that comes over HTTP: the pack's addresses, bodies, parameters, the credentials
 * and tokens that requests show, and errors in the form of RFC 6749 5.2. It knows no rule of what
 * is granted to whom.
 */
package com.expensicat.keycloak.http;
