/** What holds for every page that people see on the way in and out. */
package com.expensicat.keycloak.page;
