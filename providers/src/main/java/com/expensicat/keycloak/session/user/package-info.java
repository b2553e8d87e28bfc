/** The user to whom the person of a session JWT leads, made or linked if need be. */
package com.expensicat.keycloak.session.user;
