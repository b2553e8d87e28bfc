/** The example API, and the guide's commands from the first to the last. */
package com.expensicat.keycloak.it.examples;
