package com.expensicat.keycloak.load;

/** What is measured. */
enum Operation {
  /** Authorization request of a person who is signed in, code, tokens; one scope. */
  FLOW("authorize, code, tokens"),
  /** The same with all scopes of the guide. */
  FLOW_OF_13("the same, thirteen scopes"),
  /** The same with one scope, and the token request as JSON. */
  FLOW_BY_JSON("the same, token request as JSON"),
  /** With rotation. */
  REFRESH("refresh with rotation"),
  INTROSPECT("introspection of an access token"),
  USERINFO("userinfo"),
  /** A session JWT that the server has accepted before; elsewhere a session itself. */
  CHECK_SESSION("check, session seen before"),
  /** Another session JWT each time, of people whom the server knows. */
  CHECK_NEW_SESSION("check, session JWT never seen before"),
  CHECK_ACCESS("check, access token"),
  /** The least that Keycloak can be asked for: 204 after a look at realm and client. */
  FLOOR("Keycloak's own 204"),
  ACCOUNT_APPLICATIONS("account: a person's applications"),
  ADMIN_OVERVIEW("admin: overview"),
  ADMIN_REALM("admin: realm"),
  ADMIN_DIFFERENCE("admin: difference"),
  ADMIN_SCOPES("admin: scopes"),
  ADMIN_CLIENTS_OF_SCOPE("admin: clients of a scope, last page"),
  ADMIN_CLIENTS("admin: clients that rules meet, last page"),
  ADMIN_ISSUERS("admin: issuers"),
  ADMIN_CONSENTS("admin: a person's applications");

  private final String title;

  Operation(String title) {
    this.title = title;
  }

  /** As the tables show it. */
  String title() {
    return title;
  }

  /** Whether it is what somebody looks at, which must not get slow where there is much to see. */
  boolean isPage() {
    return compareTo(FLOOR) > 0;
  }

  /** What a peer does that cannot do the same. */
  Operation peers() {
    return this == FLOW_BY_JSON ? FLOW : this;
  }
}
