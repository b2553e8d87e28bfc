/**
 * A grant: what a person gave an application by one authorization code. It has a name that all of
 * its tokens carry, one refresh token that counts, and an end, which every node knows at once.
 */
package com.expensicat.keycloak.grant;
