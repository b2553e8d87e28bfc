/** What every text goes through on its way into the database. */
package com.expensicat.keycloak.database;
