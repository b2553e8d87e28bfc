package com.expensicat.keycloak.page;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.utils.KeycloakSessionUtil;

/**
 * Puts the page's nonce on the one script that Keycloak writes into a page that is made already:
 * {@code BrowserHistoryHelper} ends the head with it, so that going back does not post again.
 */
@Provider
public class HistoryScriptFilter implements ContainerResponseFilter {

  private static final String HEAD_END = "</head>";
  private static final String BEGIN = "<SCRIPT>";
  private static final String END = "</SCRIPT>";

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    KeycloakSession session = KeycloakSessionUtil.getKeycloakSession();
    if (session != null
        && response.getEntity() instanceof String page
        && session.getAttribute(NoncedTheme.NONCE) instanceof String nonce) {
      int headEnd = page.indexOf(HEAD_END);
      if (headEnd >= 0 && page.startsWith(END, headEnd - END.length())) {
        int script = page.lastIndexOf(BEGIN, headEnd);
        response.setEntity(
            page.substring(0, script)
                + "<script nonce=\"%s\">".formatted(nonce)
                + page.substring(script + BEGIN.length()));
      }
    }
  }
}
