package com.expensicat.keycloak.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What every server of OAuth 2.0 does alike. */
abstract class OAuthTarget implements Target {

  static final String SCOPE = "transactions:read";

  private static final Set<Operation> OPERATIONS =
      Set.of(
          Operation.FLOW,
          Operation.FLOW_OF_13,
          Operation.REFRESH,
          Operation.INTROSPECT,
          Operation.USERINFO);

  private final List<String> scopes;
  private final List<Browser> browsers = new ArrayList<>();

  /**
   * @param scopes all that there are
   */
  OAuthTarget(List<String> scopes) {
    this.scopes = List.copyOf(scopes);
  }

  /** Where a started server's addresses are. */
  abstract Endpoints endpoints();

  /**
   * Signs a person in and consents for them to a flow.
   *
   * @param address of the authorization request
   * @return where the application is called
   */
  abstract String signIn(Browser browser, int person, String address) throws IOException;

  final List<String> scopes() {
    return scopes;
  }

  final Browser browser(int person) {
    return browsers.get(person);
  }

  /** Each person signs in, and consents to everything. */
  final void signPeopleIn() throws IOException {
    browsers.clear();
    for (int person = 0; person < People.COUNT; person++) {
      browsers.add(new Browser());
      connect(endpoints(), browsers.get(person), person, openid(String.join(" ", scopes)));
    }
  }

  @Override
  public final void grant(int person) throws IOException {
    connect(endpoints(), new Browser(), person % People.COUNT, openid(String.join(" ", scopes)));
  }

  /** A person signs in, consents to all that an application asks for, and it gets its tokens. */
  final void connect(Endpoints application, Browser browser, int person, String scope)
      throws IOException {
    Flow flow = new Flow(application, browser.cookies(), scope, false);
    flow.resume(signIn(browser, person, application.address() + flow.authorize()));
    good(new Generator(address()).repeat(List.of(flow), 1));
  }

  private static String openid(String scope) {
    return "openid " + scope;
  }

  @Override
  public final InetSocketAddress address() {
    URI server = URI.create(endpoints().address());
    return new InetSocketAddress(server.getHost(), server.getPort());
  }

  @Override
  public boolean has(Operation operation) {
    return OPERATIONS.contains(operation);
  }

  @Override
  public List<? extends Work> work(Operation operation, int connections, int seconds)
      throws IOException {
    Endpoints at = endpoints();
    Requests requests = at.requests();
    return switch (operation) {
      case FLOW -> flows(SCOPE, connections, false);
      case FLOW_OF_13 -> flows(String.join(" ", scopes), connections, false);
      case FLOW_BY_JSON -> flows(SCOPE, connections, true);
      case REFRESH ->
          redeemed(SCOPE, connections).stream()
              .map(flow -> new Refresh(at, flow.refreshToken()))
              .toList();
      case INTROSPECT ->
          repeated(
              redeemed(SCOPE, connections).stream()
                  .map(flow -> Map.of("token", flow.accessToken()))
                  .map(form -> requests.postForm(at.introspect(), at.api(), form))
                  .toList(),
              200,
              "\"active\":true");
      case USERINFO ->
          repeated(
              redeemed(openid(SCOPE), connections).stream()
                  .map(flow -> Requests.bearer(flow.accessToken()))
                  .map(header -> requests.get(at.userinfo(), header))
                  .toList(),
              200,
              "\"sub\"");
      default -> throw new IllegalArgumentException(name() + " has no " + operation);
    };
  }

  final List<Flow> flows(String scope, int connections, boolean json) {
    return browsers.subList(0, connections).stream()
        .map(browser -> new Flow(endpoints(), browser.cookies(), scope, json))
        .toList();
  }

  /** Flows that have got their tokens, one of each connection. */
  final List<Flow> redeemed(String scope, int connections) throws IOException {
    List<Flow> flows = flows(scope, connections, false);
    good(new Generator(address()).repeat(flows, 1));
    return flows;
  }

  static void good(Sample sample) throws IOException {
    if (!sample.isGood()) {
      throw new IOException(sample.failure());
    }
  }

  /** Requests that take turns, of which each connection begins with another. */
  static List<Work> repeated(List<byte[]> requests, int status, String part) {
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      works.add(new Repeated(requests, i, status, part));
    }
    return works;
  }
}
