/** What goes into the database, and how much of it, and what only the database can find. */
package com.expensicat.keycloak.database;
