package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.AfterCommit;
import com.expensicat.keycloak.Ending;
import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.organization.Organization;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.events.Details;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.OrganizationModel.OrganizationMemberLeaveEvent;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Hears what ends a person's or everybody's access, whichever listeners the realm has chosen, and
 * ends what Keycloak leaves: offline sessions at the sign-out of a person or of the realm
 * (keycloak/keycloak#15502, #31359), and what is issued while access is taken away.
 */
public class GrantEndingListenerFactory
    implements EventListenerProviderFactory, PackProviderFactory<EventListenerProvider> {

  private static final Pattern SIGN_OUT = Pattern.compile("users/([^/]+)/logout");
  private static final Pattern CONSENT = Pattern.compile("users/([^/]+)/consents/(.+)");
  private static final String SIGN_OUT_EVERYWHERE = "logout-all";

  @Override
  public String getId() {
    return "expensicat-endings";
  }

  @Override
  public boolean isGlobal() {
    return true;
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    Ending.show();
    factory.register(
        event -> {
          if (event instanceof OrganizationMemberLeaveEvent leaving) {
            leave(leaving);
          }
        });
  }

  /** Who leaves an organisation of the realm, or sees it removed, acts for it no more. */
  private static void leave(OrganizationMemberLeaveEvent event) {
    KeycloakSession session = event.getSession();
    RealmModel realm = session.getContext().getRealm();
    String userId = event.getUser().getId();
    String organization = event.getOrganization().getId();
    if (PackSettings.get().isPackRealm(realm)) {
      GrantEndings.afterwards(
          session, realm, endings -> endings.endOrganization(userId, organization));
    }
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new Listener(session);
  }

  private record Listener(KeycloakSession session) implements EventListenerProvider {

    @Override
    public void onEvent(Event event) {
      Map<String, String> details = event.getDetails();
      if (event.getType() == EventType.REVOKE_GRANT
          && details != null
          && details.containsKey(Details.REVOKED_CLIENT)
          && !details.containsKey(Details.REFRESH_TOKEN_ID)
          && !isOfOrganization(details)) {
        RealmModel realm = session.realms().getRealm(event.getRealmId());
        if (PackSettings.get().isPackRealm(realm)) {
          takeAway(realm, event.getUserId(), details.get(Details.REVOKED_CLIENT));
        }
      }
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
      String path = event.getResourcePath();
      RealmModel realm = session.realms().getRealm(event.getRealmId());
      if (event.getOperationType() != OperationType.ACTION
          || path == null
          || !PackSettings.get().isPackRealm(realm)) {
        return;
      }
      if (SIGN_OUT_EVERYWHERE.equals(path)) {
        new GrantEndings(session, realm).endCodesOfEverybody();
        realm.setNotBefore(SignOuts.notBefore());
        AfterCommit.run(session, Ending.EVERYBODY::count);
        return;
      }
      Matcher signOut = SIGN_OUT.matcher(path);
      if (signOut.matches()) {
        signOut(realm, session.users().getUserById(realm, signOut.group(1)));
      }
      Matcher consent = CONSENT.matcher(path);
      if (consent.matches() && !isOfOrganization(event.getDetails())) {
        takeAway(realm, consent.group(1), consent.group(2));
      }
    }

    /** Of that, what is to end has been ended by whoever tells of it. */
    private static boolean isOfOrganization(Map<String, String> details) {
      return details != null && details.containsKey(Organization.EVENT_ID);
    }

    private void signOut(RealmModel realm, UserModel user) {
      if (user != null) {
        new GrantEndings(session, realm).endCodesOf(user.getId());
        session.users().setNotBeforeForUser(realm, user, SignOuts.notBefore());
        GrantEndings.afterwards(session, realm, endings -> endings.endAll(user.getId()));
      }
    }

    private void takeAway(RealmModel realm, String userId, String clientId) {
      ClientModel client = realm.getClientByClientId(clientId);
      if (client != null) {
        GrantEndings.afterwards(
            session, realm, endings -> endings.endApplication(userId, client.getId()));
      }
    }

    @Override
    public void close() {}
  }
}
