/** Loads a running server and tells how many answers it gives a second, and how fast. */
package com.expensicat.keycloak.load;
