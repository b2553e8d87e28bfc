/** What goes into the database, and how much of it: every text, and what strangers cause. */
package com.expensicat.keycloak.database;
