/** Spring Authorization Server as its reference manual has it, with everything it keeps in JDBC. */
package com.expensicat.keycloak.peers.spring;
