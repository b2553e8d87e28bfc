/** What a node knows of the others: whether it may decide alone, and what it may have missed. */
package com.expensicat.keycloak.cluster;
