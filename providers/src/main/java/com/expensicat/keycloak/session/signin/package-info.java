/** Sign-in at the browser by an issuer of session JWTs. */
package com.expensicat.keycloak.session.signin;
