package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.RealmNeed;
import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.consent.ConsentActionFactory;
import com.expensicat.keycloak.consent.DeclinedScopes;
import com.expensicat.keycloak.organization.OrganizationConsents;
import com.expensicat.keycloak.scope.ScopeAssignments;
import com.expensicat.keycloak.scope.ScopeReconciler;
import com.expensicat.keycloak.session.user.RememberedIssuer;
import com.expensicat.keycloak.token.ApiAudiencePostProcessorFactory;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.Provider;

/** Brings the pack's realm, or clients of it, to what the pack promises. */
public final class RealmReconciler implements Provider {

  private final KeycloakSession session;

  RealmReconciler(KeycloakSession session) {
    this.session = session;
  }

  /** Which clients of {@code realm} are refused something or will be changed. */
  ClientReport report(RealmModel realm) {
    return ClientReport.of(session, realm);
  }

  /** Whether there is nothing to mend in the pack's realm. */
  boolean isInStep(RealmModel realm) {
    return LoopbackPorts.areAsWritten(realm)
        && scopes(realm).isInStep()
        && unmet(realm).isEmpty()
        && differing(realm).isEmpty();
  }

  private ScopeReconciler scopes(RealmModel realm) {
    return new ScopeReconciler(session, realm, ApiAudiencePostProcessorFactory::mapper);
  }

  /** Mends {@code realm}, if it is the pack's, with every client of it. */
  void reconcileAll(RealmModel realm) {
    reconcile(realm);
    if (PackSettings.get().isPackRealm(realm)) {
      UnfilledSecret.replaceAll(session, realm);
    }
    differing(realm).forEach(id -> reconcile(realm.getClientById(id)));
  }

  /** Mends {@code realm}, if it is the pack's, but for its clients. */
  void reconcile(RealmModel realm) {
    if (PackSettings.get().isPackRealm(realm)) {
      scopes(realm).reconcile();
      LoopbackPorts.restore(session, realm);
      unmet(realm).forEach(RealmNeed::mend);
    }
  }

  /** What the pack's realm lacks, beside scopes and clients. Nothing is written. */
  public List<RealmNeed> unmet(RealmModel realm) {
    return Stream.concat(
            RememberedIssuer.attributes(session).stream(),
            Stream.of(
                SignOuts.attribute(session),
                DeclinedScopes.attribute(session),
                OrganizationConsents.attribute(session),
                ConsentActionFactory.need(realm)))
        .filter(Predicate.not(RealmNeed::isMet))
        .toList();
  }

  /**
   * The ids of the clients of {@code realm} that are to be mended; none if it is not the pack's.
   */
  Set<String> differing(RealmModel realm) {
    if (!PackSettings.get().isPackRealm(realm)) {
      return Set.of();
    }
    Set<String> clients = ClientBaseline.differing(session, realm);
    clients.addAll(new ScopeAssignments(session).forgotten(realm));
    return clients;
  }

  /** Mends one client, if its realm is the pack's. */
  void reconcile(ClientModel client) {
    if (PackSettings.get().isPackRealm(client.getRealm())) {
      ClientBaseline.apply(client);
      new ScopeAssignments(session).remember(client);
    }
  }

  /** Mends a client that an admin saves, and logs what of it is refused or changed. */
  void reconcileSaved(ClientModel client) {
    if (PackSettings.get().isPackRealm(client.getRealm())) {
      ClientReport.logSaved(session, client);
      UnfilledSecret.replace(client);
      reconcile(client);
    }
  }

  @Override
  public void close() {}
}
