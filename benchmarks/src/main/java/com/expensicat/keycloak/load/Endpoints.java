package com.expensicat.keycloak.load;

/**
 * Where a server's addresses are, and who asks there.
 *
 * @param authority host and port
 * @param authorize path of the authorization endpoint, as those that follow
 * @param client id of the application, which is public unless it has a secret
 * @param secret the application's, or an empty text
 * @param api {@code id:secret} of the client that introspects
 * @param always scopes with a space behind each that every request names besides, for a refresh
 *     token; an empty text where none is wanted for that
 */
record Endpoints(
    String authority,
    String authorize,
    String token,
    String introspect,
    String userinfo,
    String client,
    String secret,
    String api,
    String always) {

  /** Where an application has its codes sent to; nothing listens there. */
  static final String REDIRECT_URI = "http://127.0.0.1:9876/callback";

  /** The same for another public application. */
  Endpoints as(String application) {
    return new Endpoints(
        authority, authorize, token, introspect, userinfo, application, "", api, always);
  }

  String address() {
    return "http://" + authority;
  }

  /** The application's {@code id:secret}, or an empty text. */
  String credentials() {
    return secret.isEmpty() ? "" : client + ':' + secret;
  }

  Requests requests() {
    return new Requests(authority);
  }
}
