/**
 * Who may register which client (RFC 7591, RFC 7592): what a client may say of itself, what becomes
 * of it, and how many there may be.
 */
package com.expensicat.keycloak.registration;
