package com.expensicat.keycloak.capacity;

/**
 * What is asked of the whole, in the busiest hour.
 *
 * @param calls of the API a second
 * @param checked how many of them ask for a check, 0 to 1
 * @param sessionShare how many of them come with a session JWT, 0 to 1
 * @param authorizations a second: from the authorization request to the tokens
 * @param callsOfOne how often the API is called with one session JWT, or for one grant, in calls a
 *     second
 * @param tokenLifespan seconds for which an access token counts
 */
record Demand(
    double calls,
    double checked,
    double sessionShare,
    double authorizations,
    double callsOfOne,
    int tokenLifespan) {

  /** One million people, 10,000 applications. */
  static final Demand LARGE = new Demand(50_000, 1, 0.5, 200, 1 / 20.0, 300);

  /**
   * With gateways that remember a check.
   *
   * @param seconds for which they do; each call after that asks anew
   */
  Demand remembering(double seconds) {
    return new Demand(
        calls,
        1 / (1 + callsOfOne * seconds),
        sessionShare,
        authorizations,
        callsOfOne,
        tokenLifespan);
  }

  /** With an API that verifies tokens itself. */
  Demand unchecked() {
    return new Demand(calls, 0, sessionShare, authorizations, callsOfOne, tokenLifespan);
  }

  Demand withTokensOf(int seconds) {
    return new Demand(calls, checked, sessionShare, authorizations, callsOfOne, seconds);
  }

  /** A part of it, as where realms share the people. */
  Demand dividedBy(int parts) {
    return new Demand(
        calls / parts, checked, sessionShare, authorizations / parts, callsOfOne, tokenLifespan);
  }

  /** How many grants, or people in the web application, are at work at once. */
  double atWork(boolean grants) {
    return calls * (grants ? 1 - sessionShare : sessionShare) / callsOfOne;
  }

  /** How many access tokens are renewed in a second. */
  double refreshes() {
    return atWork(true) / tokenLifespan;
  }
}
