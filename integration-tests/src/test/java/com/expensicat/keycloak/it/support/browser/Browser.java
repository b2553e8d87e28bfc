package com.expensicat.keycloak.it.support.browser;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.CookieJar;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.Parameters.Parameter;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jsoup.nodes.FormElement;

/**
 * A person's browser: it keeps cookies and fills in forms, runs no scripts, and follows a redirect
 * only when asked to, and only as long as it stays at the same server.
 */
public final class Browser {

  /** The form of the login page. */
  public static final String LOGIN_FORM = "form:has([name=password])";

  /** The form of the consent page. */
  public static final String CONSENT_FORM = "form:has([name=accept])";

  private static final int MOST_REDIRECTS = 20;

  private final CookieJar cookies = new CookieJar();
  private UnaryOperator<URI> route = UnaryOperator.identity();

  public Browser() {}

  /** A browser that reaches the server's public address there. */
  public Browser(KeycloakServer server) {
    at(server);
  }

  /**
   * From now on goes to that node of a cluster with all that is meant for the cluster's public
   * address, as a proxy does it.
   */
  public Browser at(KeycloakServer node) {
    String from = node.publicUrl() + "/";
    route =
        uri ->
            uri.toString().startsWith(from)
                ? URI.create(node.baseUrl() + "/" + uri.toString().substring(from.length()))
                : uri;
    return this;
  }

  public CookieJar cookies() {
    return cookies;
  }

  /** One GET, no redirect followed. */
  public Answer get(URI uri) {
    return send(HttpRequest.newBuilder(route.apply(uri)));
  }

  /** One POST of a form, no redirect followed. */
  public Answer post(URI uri, Parameters form) {
    return send(
        HttpRequest.newBuilder(route.apply(uri))
            .header("Content-Type", BodyKind.FORM.mediaType())
            .POST(BodyPublishers.ofString(form.encoded())));
  }

  /** One request of any kind with this browser's cookies, no redirect followed. */
  public Answer send(HttpRequest.Builder request) {
    cookies.header(request.build().uri()).ifPresent(header -> request.setHeader("Cookie", header));
    Answer answer = UserAgent.send(request);
    cookies.store(answer);
    return answer;
  }

  /** A GET and the redirects after it; see {@link #follow}. */
  public Answer open(URI uri) {
    return follow(get(uri));
  }

  /**
   * Follows redirects inside the server that gave the answer.
   *
   * @return the first answer that is no redirect, or that redirects to somewhere else
   */
  public Answer follow(Answer answer) {
    Answer current = answer;
    for (int redirects = 0; redirects < MOST_REDIRECTS; redirects++) {
      String server = current.uri().getRawAuthority();
      Optional<URI> next =
          current.location().map(route).filter(to -> server.equals(to.getRawAuthority()));
      if (next.isEmpty()) {
        return current;
      }
      current = get(next.get());
    }
    throw new AssertionError("Too many redirects: " + current.summary());
  }

  /**
   * Sends a form off, no redirect followed.
   *
   * @param edit gets what the page itself would send without any submit button (hidden inputs,
   *     ticked boxes), and returns what is sent
   */
  public Answer submit(FormElement form, UnaryOperator<Parameters> edit) {
    Set<String> buttons = Set.copyOf(form.select("[type=submit], button").eachAttr("name"));
    Parameters data =
        edit.apply(
            new Parameters(
                form.formData().stream()
                    .filter(field -> !buttons.contains(field.key()))
                    .map(field -> new Parameter(field.key(), field.value()))
                    .toList()));
    URI action = URI.create(form.hasAttr("action") ? form.absUrl("action") : form.baseUri());
    return "post".equalsIgnoreCase(form.attr("method"))
        ? post(action, data)
        : get(action.resolve("?" + data.encoded()));
  }

  /** Fills in the login page, no redirect followed. */
  public Answer signIn(Answer loginPage, Person person) {
    return submit(
        form(loginPage, LOGIN_FORM),
        data -> data.with("username", person.username()).with("password", person.password()));
  }

  /**
   * Opens an authorization request of any application, signs in and says yes to everything.
   *
   * @return the redirect to the application
   */
  public URI grant(URI request, Person person) {
    Answer last = acceptWhereAsked(follow(signIn(open(request), person)));
    return last.location()
        .orElseThrow(() -> new AssertionError("Not back at the client: " + last.summary()));
  }

  /** Says yes to everything on the consent page, no redirect followed. */
  public Answer accept(Answer consentPage) {
    return consent(consentPage, data -> data.with("accept", "Yes"));
  }

  /** Says yes if it is the consent page, and follows what comes of it. */
  public Answer acceptWhereAsked(Answer answer) {
    return answer.form(CONSENT_FORM).isPresent() ? follow(accept(answer)) : answer;
  }

  /** Says no on the consent page, no redirect followed. */
  public Answer cancel(Answer consentPage) {
    return consent(consentPage, data -> data.with("cancel", "No"));
  }

  /** Answers the consent page in any other way, no redirect followed. */
  public Answer consent(Answer consentPage, UnaryOperator<Parameters> edit) {
    return submit(form(consentPage, CONSENT_FORM), edit);
  }

  private static FormElement form(Answer page, String selector) {
    return page.form(selector)
        .orElseThrow(() -> new AssertionError("No " + selector + " in " + page.summary()));
  }
}
