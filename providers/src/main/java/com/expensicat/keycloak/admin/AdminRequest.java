package com.expensicat.keycloak.admin;

import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/**
 * A request of an admin, as Keycloak hands it to a resource.
 *
 * @param realm the realm that it is about
 * @param auth what this admin may do there
 * @param event for what is changed
 */
record AdminRequest(
    KeycloakSession session,
    RealmModel realm,
    AdminPermissionEvaluator auth,
    AdminEventBuilder event) {}
