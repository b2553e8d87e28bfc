package com.expensicat.keycloak.access;

import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.keycloak.OAuth2Constants;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.AccountRoles;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.Auth;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/**
 * {@code /realms/{realm}/expensicat}: what a person may do with a token for the account that
 * Keycloak's account REST has no address for.
 */
public class AccountAccessResource {

  private final KeycloakSession session;
  private final RealmModel realm;

  AccountAccessResource(KeycloakSession session) {
    this.session = session;
    this.realm = session.getContext().getRealm();
  }

  /**
   * Takes an application's access for one organisation away; that for others stays. 401 without a
   * token for the account, 403 without the role for it, 404 if nothing is granted for it.
   *
   * @param clientId the application
   * @param organization the organisation's id; empty for what is granted for none
   */
  @DELETE
  @Path("consents")
  public void takeAway(
      @QueryParam(OAuth2Constants.CLIENT_ID) @DefaultValue("") String clientId,
      @QueryParam(LoginOrganization.PARAMETER) @DefaultValue("") String organization) {
    UserModel user = person();
    Organization taken = OrganizationAccess.takeAway(session, user, clientId, organization);
    new EventBuilder(realm, session, session.getContext().getConnection())
        .event(EventType.REVOKE_GRANT)
        .client(realm.getClientByClientId(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID))
        .user(user)
        .detail(Details.REVOKED_CLIENT, clientId)
        .detail(Organization.EVENT_ID, taken.id())
        .detail(Organization.EVENT_NAME, taken.name())
        .success();
  }

  /** Whose token it is, by Keycloak's rules for its account REST. */
  private UserModel person() {
    AuthResult shown = new AppAuthManager.BearerTokenAuthenticator(session).authenticate();
    ClientModel account = realm.getClientByClientId(Constants.ACCOUNT_MANAGEMENT_CLIENT_ID);
    if (shown == null
        || account == null
        || !shown.token().hasAudience(account.getClientId())
        || shown.user().getServiceAccountClientLink() != null) {
      throw new NotAuthorizedException("Bearer");
    }
    new Auth(realm, shown.token(), shown.user(), account, shown.session(), false)
        .requireOneOf(AccountRoles.MANAGE_ACCOUNT, AccountRoles.MANAGE_CONSENT);
    return shown.user();
  }
}
