/** The protected resources of the realm (RFC 9728), and what a request says of them (RFC 8707). */
package com.expensicat.keycloak.resource;
