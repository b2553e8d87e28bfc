package com.expensicat.keycloak.registration;

import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.common.Profile;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutorFactory;
import org.keycloak.representations.idm.ClientPolicyRepresentation;
import org.keycloak.representations.idm.ClientProfileRepresentation;
import org.keycloak.services.clientpolicy.ClientPolicyException;

/** Clients that are known by the address of their metadata document. */
public final class MetadataDocuments {

  private MetadataDocuments() {}

  /**
   * Whether the session's realm takes any: Keycloak's experimental feature is there, and a policy
   * that has them fetched is switched on.
   */
  public static boolean areTaken(KeycloakSession session) {
    if (!Profile.isFeatureEnabled(Profile.Feature.CIMD)) {
      return false;
    }
    RealmModel realm = session.getContext().getRealm();
    try {
      Set<String> fetching =
          session.clientPolicy().getClientProfiles(realm, false).getProfiles().stream()
              .filter(MetadataDocuments::fetches)
              .map(ClientProfileRepresentation::getName)
              .collect(Collectors.toSet());
      return session.clientPolicy().getClientPolicies(realm, false).getPolicies().stream()
          .filter(ClientPolicyRepresentation::isEnabled)
          .flatMap(policy -> policy.getProfiles().stream())
          .anyMatch(fetching::contains);
    } catch (ClientPolicyException e) {
      return false;
    }
  }

  private static boolean fetches(ClientProfileRepresentation profile) {
    return profile.getExecutors().stream()
        .anyMatch(
            executor ->
                ClientIdMetadataDocumentExecutorFactory.PROVIDER_ID.equals(
                    executor.getExecutorProviderId()));
  }
}
