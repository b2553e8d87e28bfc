package com.expensicat.keycloak.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Better Auth on SQLite, with its OAuth provider; its session is the cookie's. */
final class BetterAuth extends NodeTarget {

  private static final String BASE = "/api/auth";
  private static final String JSON_TYPE = "application/json";
  private static final ObjectMapper JSON = new ObjectMapper();

  BetterAuth(List<String> scopes, Path folder, Path work) {
    super(scopes, folder, work);
  }

  @Override
  public String name() {
    return "better-auth";
  }

  @Override
  public String title() throws IOException {
    return "Better Auth " + version("better-auth") + ", SQLite, opaque tokens";
  }

  @Override
  Endpoints endpoints() {
    String oauth2 = BASE + "/oauth2/";
    return new Endpoints(
        authority(),
        oauth2 + "authorize",
        oauth2 + "token",
        oauth2 + "introspect",
        oauth2 + "userinfo",
        client(),
        secret(),
        api(),
        "offline_access ");
  }

  @Override
  String signIn(Browser browser, int person, String address) throws IOException {
    Map<String, String> account =
        Map.of(
            "name", People.name(person),
            "email", People.email(person),
            "password", People.PASSWORD);
    for (String step : List.of("/sign-up/email", "/sign-in/email")) {
      browser.post(
          endpoints().address() + BASE + step, JSON_TYPE, JSON.writeValueAsString(account));
    }
    String location = browser.get(address).location();
    if (location.startsWith(Endpoints.REDIRECT_URI)) {
      return location;
    }
    Map<String, Object> consent =
        Map.of("accept", true, "oauth_query", URI.create(location).getRawQuery());
    String body =
        browser
            .post(
                endpoints().address() + BASE + "/oauth2/consent",
                JSON_TYPE,
                JSON.writeValueAsString(consent))
            .body();
    return JSON.readTree(body).path("url").asText();
  }

  @Override
  public boolean has(Operation operation) {
    return operation == Operation.CHECK_SESSION || super.has(operation);
  }

  @Override
  public List<? extends Work> work(Operation operation, int connections, int seconds)
      throws IOException {
    if (operation != Operation.CHECK_SESSION) {
      return super.work(operation, connections, seconds);
    }
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      String cookies = Requests.cookies(browser(i).cookies());
      requests.add(endpoints().requests().get(BASE + "/get-session", cookies));
    }
    return repeated(requests, 200, "\"session\"");
  }
}
