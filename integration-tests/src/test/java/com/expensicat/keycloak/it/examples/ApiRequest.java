package com.expensicat.keycloak.it.examples;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import java.net.URI;
import java.util.List;
import java.util.function.Function;

/**
 * A good request of the example API.
 *
 * @param path below {@code /api/v1}
 * @param scope the one that it needs
 * @param body JSON, or empty
 */
record ApiRequest(String method, String path, String scope, String body) {

  static final ApiRequest LIST_TRANSACTIONS =
      new ApiRequest("GET", "/transactions", "transactions:read", "");

  static final ApiRequest ADD_TRANSACTION =
      new ApiRequest(
          "POST",
          "/transactions",
          "transactions:write",
          "{'date':'2026-11-27','description':'Cat litter','amount':'-12.50','currency':'EUR'}");

  /** One for each scope of the guide at least. */
  static final List<ApiRequest> ALL =
      List.of(
          LIST_TRANSACTIONS,
          ADD_TRANSACTION,
          new ApiRequest("GET", "/entries", "entries:read", ""),
          new ApiRequest(
              "POST",
              "/entries",
              "entries:write",
              "{'date':'2026-11-27','project':'Website','hours':'7.5'}"),
          new ApiRequest("GET", "/invoices", "invoices:read", ""),
          new ApiRequest(
              "POST",
              "/invoices",
              "invoices:write",
              "{'date':'2026-11-27','customer':'Kim','amount':'100','currency':'EUR'}"),
          new ApiRequest("GET", "/bank-accounts", "banking:read", ""),
          new ApiRequest(
              "POST", "/bank-accounts", "banking:write", "{'bank':'A bank','name':'Daily'}"),
          new ApiRequest("GET", "/documents", "documents:read", ""),
          new ApiRequest("POST", "/documents", "documents:write", "{'name':'Note','text':'Miau'}"),
          new ApiRequest("GET", "/team/members", "team:read", ""),
          new ApiRequest("POST", "/team/members", "team:admin", "{'name':'Kim','role':'member'}"),
          new ApiRequest("GET", "/reports/balance", "analytics:read", ""));

  /**
   * Sends it.
   *
   * @param api where a path and query of the API is
   */
  Answer send(TokenClient client, Function<String, URI> api) {
    URI uri = api.apply("/api/v1" + path);
    return body.isEmpty()
        ? client.send(method, uri)
        : client.send(method, uri, "application/json", body.replace('\'', '"'));
  }

  int success() {
    return method.equals("POST") ? 201 : 200;
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
