/**
 * What the admin console's page of the pack shows and does: admin REST below {@code
 * /admin/realms/{realm}/expensicat}, each part under the permission that Keycloak asks for the like
 * of it. The page itself is in the admin theme.
 */
package com.expensicat.keycloak.admin;
