package com.expensicat.keycloak.it.support.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A window of a real browser with cookies of its own, which remembers what was loaded and what the
 * browser complained of.
 */
public final class Window implements AutoCloseable {

  /** The rules of WCAG 2.2 at the levels A and AA, by the names that axe-core has for them. */
  private static final List<String> WCAG_2_2_AA =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

  /** Of these, tests look at the answer. */
  private static final String FAILED_REQUEST = "Failed to load resource";

  private final BrowserContext context;
  private Page page;
  private final List<Response> responses = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private Window(NewContextOptions options) {
    context = Chromium.running().newContext(options);
    context.setDefaultTimeout(15_000);
    openPage();
  }

  private void openPage() {
    page = context.newPage();
    page.onResponse(responses::add);
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !message.text().startsWith(FAILED_REQUEST)) {
            complaints.add(message.text() + " " + message.location());
          }
        });
  }

  public static Window open(Look look) {
    return open(look, options -> options);
  }

  /** A window with other settings too, say a language, or no JavaScript. */
  public static Window open(Look look, UnaryOperator<NewContextOptions> more) {
    return new Window(
        more.apply(
            new NewContextOptions()
                .setColorScheme(look.colorScheme)
                .setViewportSize(look.width, look.height)
                .setLocale("en")));
  }

  public Page page() {
    return page;
  }

  /**
   * The browser is closed and opened again, with an empty page: gone are the cookies, all of
   * Keycloak's being for a session of the browser, and there is what the sites have stored.
   */
  public void restart() {
    page.close();
    context.clearCookies();
    openPage();
  }

  /** Goes on with the same page in another window size and colour scheme. */
  public void look(Look look) {
    page.setViewportSize(look.width, look.height);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.colorScheme));
  }

  /** Opens an authorization request and signs in, up to the page or the redirect after it. */
  public void signIn(AuthorizationFlow flow) {
    page.navigate(flow.request().toString());
    signIn(flow.person());
  }

  /** Fills in the login page. */
  public void signIn(Person person) {
    page.fill("[name=username]", person.username());
    page.fill("[name=password]", person.password());
    page.click("#kc-login");
  }

  /** The same where the realm has organisations, and asks for the name first. */
  public void signInByName(Person person) {
    page.fill("[name=username]", person.username());
    page.click("#kc-login");
    page.fill("[name=password]", person.password());
    page.click("#kc-login");
  }

  /**
   * Does what leads back to the demo application, where nothing listens.
   *
   * @return the redirect's address
   */
  public static String landing(Page page, Runnable action) {
    return page.waitForRequest(
            request -> request.url().startsWith(AuthorizationFlow.CALLBACK), action)
        .url();
  }

  /** Bytes of the page with all that it loaded, unpacked. */
  public int bytes() {
    return ((Number)
            page.evaluate(
                "[...performance.getEntriesByType('navigation'),"
                    + " ...performance.getEntriesByType('resource')]"
                    + ".reduce((sum, entry) => sum + entry.decodedBodySize, 0)"))
        .intValue();
  }

  /** What was loaded, redirects included. */
  public List<Response> answers() {
    return List.copyOf(responses);
  }

  /** What is forgotten is what was loaded and complained of before. */
  public void forget() {
    responses.clear();
    complaints.clear();
  }

  /** Scripts' errors, and what the page tried and was not allowed to (Content-Security-Policy). */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Hosts with port that anything was loaded from. */
  public List<String> hosts() {
    return responses.stream()
        .map(response -> URI.create(response.url()).getAuthority())
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /**
   * What axe-core finds against WCAG 2.2 AA.
   *
   * @param within CSS selectors of what is looked at; none is the whole page
   * @return a line for each violation, with the elements
   */
  public List<String> accessibilityProblems(String... within) {
    AxeBuilder axe = new AxeBuilder(page).withTags(WCAG_2_2_AA);
    for (String selector : within) {
      axe.include(selector);
    }
    return axe.analyze().getViolations().stream()
        .map(
            rule ->
                rule.getId()
                    + ": "
                    + rule.getHelp()
                    + " "
                    + rule.getNodes().stream().map(node -> node.getHtml()).toList())
        .toList();
  }

  /** Whether the page is wider than the window, so that one must scroll both ways to read it. */
  public boolean isTooWide() {
    return (Boolean)
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  /** A picture of the whole page. */
  public void picture(Path file) {
    page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
  }

  @Override
  public void close() {
    context.close();
  }
}
