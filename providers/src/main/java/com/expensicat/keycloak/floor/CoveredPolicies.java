package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.KeptWithRealm;
import com.expensicat.keycloak.pkce.S256PkceExecutorFactory;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.representations.idm.ClientPoliciesRepresentation;
import org.keycloak.representations.idm.ClientPolicyExecutorRepresentation;
import org.keycloak.representations.idm.ClientPolicyRepresentation;
import org.keycloak.representations.idm.ClientProfileRepresentation;
import org.keycloak.representations.idm.ClientProfilesRepresentation;
import org.keycloak.securityprofile.SecurityProfileProvider;
import org.keycloak.services.clientpolicy.ClientPolicyEvent;
import org.keycloak.services.clientpolicy.executor.RejectImplicitGrantExecutorFactory;
import org.keycloak.services.clientpolicy.executor.RejectResourceOwnerPasswordCredentialsGrantExecutorFactory;
import org.keycloak.util.JsonSerialization;

/**
 * Client policies that ask nothing of a request but what the floor has asked already, as those of
 * the realm export do. Keycloak parses all policies and profiles of a realm at each event, five
 * times in a login and its code; these need not be read.
 *
 * @param areAll whether all policies of a realm are such
 */
record CoveredPolicies(boolean areAll) {

  /** Executors that do nothing at the {@link #REQUESTS} which the floor has not done. */
  private static final Set<String> EXECUTORS =
      Set.of(
          S256PkceExecutorFactory.PROVIDER_ID,
          RejectImplicitGrantExecutorFactory.PROVIDER_ID,
          RejectResourceOwnerPasswordCredentialsGrantExecutorFactory.PROVIDER_ID);

  private static final Set<ClientPolicyEvent> REQUESTS =
      EnumSet.of(
          ClientPolicyEvent.PRE_AUTHORIZATION_REQUEST,
          ClientPolicyEvent.AUTHORIZATION_REQUEST,
          ClientPolicyEvent.PUSHED_AUTHORIZATION_REQUEST,
          ClientPolicyEvent.PRE_TOKEN_REQUEST,
          ClientPolicyEvent.TOKEN_REQUEST,
          ClientPolicyEvent.TOKEN_RESPONSE,
          ClientPolicyEvent.TOKEN_REFRESH,
          ClientPolicyEvent.TOKEN_REFRESH_RESPONSE,
          ClientPolicyEvent.TOKEN_INTROSPECT,
          ClientPolicyEvent.TOKEN_REVOKE,
          ClientPolicyEvent.TOKEN_REVOKE_RESPONSE,
          ClientPolicyEvent.USERINFO_REQUEST);

  /** How a realm keeps its policies and profiles: as JSON, or not at all. */
  private record Texts(String policies, String profiles) {}

  /** Whether no policy of the realm has anything to add at an event. */
  static boolean cover(KeycloakSession session, RealmModel realm, ClientPolicyEvent event) {
    return REQUESTS.contains(event)
        && KeptWithRealm.get(
                realm,
                CoveredPolicies.class,
                new Texts(
                    realm.getAttribute(Constants.CLIENT_POLICIES),
                    realm.getAttribute(Constants.CLIENT_PROFILES)),
                texts -> new CoveredPolicies(areCovered(session, texts)))
            .areAll();
  }

  private static boolean areCovered(KeycloakSession session, Texts texts) {
    return session.getProvider(SecurityProfileProvider.class).getDefaultClientPolicies().isEmpty()
        && areCovered(texts.policies(), texts.profiles());
  }

  /**
   * Whether policies have no other executors than the covered ones.
   *
   * @param policies the realm's, as JSON, or null
   * @param profiles the realm's, as JSON, or null; a profile that is not among them is not covered
   */
  static boolean areCovered(String policies, String profiles) {
    try {
      Set<String> covered =
          profiles == null
              ? Collections.<String>emptySet()
              : all(JsonSerialization.readValue(profiles, ClientProfilesRepresentation.class)
                      .getProfiles())
                  .filter(CoveredPolicies::isCovered)
                  .map(ClientProfileRepresentation::getName)
                  .collect(Collectors.toSet());
      return policies == null
          || all(JsonSerialization.readValue(policies, ClientPoliciesRepresentation.class)
                  .getPolicies())
              .filter(policy -> Boolean.TRUE.equals(policy.isEnabled()))
              .map(ClientPolicyRepresentation::getProfiles)
              .flatMap(CoveredPolicies::all)
              .allMatch(covered::contains);
    } catch (IOException e) {
      return false; // Keycloak says what is wrong
    }
  }

  private static boolean isCovered(ClientProfileRepresentation profile) {
    return all(profile.getExecutors())
        .map(ClientPolicyExecutorRepresentation::getExecutorProviderId)
        .allMatch(((Predicate<String>) Objects::nonNull).and(EXECUTORS::contains));
  }

  private static <T> Stream<T> all(List<T> list) {
    return Optional.ofNullable(list).stream().flatMap(List::stream);
  }
}
