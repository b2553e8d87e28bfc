package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.SignOuts;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Pattern;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Has a person's own sign-out of all sessions end sessions at an issuer too, and what applications
 * get at the same instant. Keycloak has no event for it, only one for each of the sessions.
 */
@Provider
public class AccountSignOutFilter implements ContainerResponseFilter {

  private static final Pattern PATH =
      Pattern.compile(".*/realms/[^/]+/account(/v[^/]+)?/sessions/?");

  private static final String CURRENT_TOO = "current";

  @Context KeycloakSession session;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!HttpMethod.DELETE.equals(request.getMethod())
        || response.getStatus() != Response.Status.NO_CONTENT.getStatusCode()
        || !PATH.matcher(request.getUriInfo().getRequestUri().getPath()).matches()) {
      return;
    }
    RealmModel realm = session.getContext().getRealm();
    if (PackSettings.get().isPackRealm(realm)) {
      UserModel user = session.getContext().getUserSession().getUser();
      new GrantEndings(session, realm).endCodesOf(user.getId());
      if (Boolean.parseBoolean(request.getUriInfo().getQueryParameters().getFirst(CURRENT_TOO))) {
        session.users().setNotBeforeForUser(realm, user, SignOuts.notBefore());
      } else {
        SignOuts.ofOthers(user);
      }
      GrantEndings.afterwards(session, realm, endings -> endings.endAll(user.getId()));
    }
  }
}
