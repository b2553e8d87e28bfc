package com.expensicat.keycloak.examples.api;

import static com.expensicat.keycloak.examples.api.Kind.BANK_ACCOUNTS;
import static com.expensicat.keycloak.examples.api.Kind.DOCUMENTS;
import static com.expensicat.keycloak.examples.api.Kind.ENTRIES;
import static com.expensicat.keycloak.examples.api.Kind.INVOICES;
import static com.expensicat.keycloak.examples.api.Kind.MEMBERS;
import static com.expensicat.keycloak.examples.api.Kind.TRANSACTIONS;
import static com.expensicat.keycloak.examples.api.Operation.ADD;
import static com.expensicat.keycloak.examples.api.Operation.LIST;
import static com.expensicat.keycloak.examples.api.Operation.READ;
import static com.expensicat.keycloak.examples.api.Operation.SUM;
import static org.springframework.web.bind.annotation.RequestMethod.GET;
import static org.springframework.web.bind.annotation.RequestMethod.POST;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.bind.annotation.RequestMethod;

/** The API: which request needs which scope of the guide, and what it does with what. */
enum Endpoint {
  LIST_TRANSACTIONS(GET, "/transactions", "transactions:read", LIST, TRANSACTIONS),
  READ_TRANSACTION(GET, "/transactions/{id}", "transactions:read", READ, TRANSACTIONS),
  ADD_TRANSACTION(POST, "/transactions", "transactions:write", ADD, TRANSACTIONS),
  LIST_ENTRIES(GET, "/entries", "entries:read", LIST, ENTRIES),
  ADD_ENTRY(POST, "/entries", "entries:write", ADD, ENTRIES),
  LIST_INVOICES(GET, "/invoices", "invoices:read", LIST, INVOICES),
  ADD_INVOICE(POST, "/invoices", "invoices:write", ADD, INVOICES),
  LIST_BANK_ACCOUNTS(GET, "/bank-accounts", "banking:read", LIST, BANK_ACCOUNTS),
  ADD_BANK_ACCOUNT(POST, "/bank-accounts", "banking:write", ADD, BANK_ACCOUNTS),
  LIST_DOCUMENTS(GET, "/documents", "documents:read", LIST, DOCUMENTS),
  ADD_DOCUMENT(POST, "/documents", "documents:write", ADD, DOCUMENTS),
  LIST_MEMBERS(GET, "/team/members", "team:read", LIST, MEMBERS),
  ADD_MEMBER(POST, "/team/members", "team:admin", ADD, MEMBERS),
  READ_BALANCE(GET, "/reports/balance", "analytics:read", SUM, TRANSACTIONS);

  static final String ROOT = "/api/v1";

  private final RequestMethod method;
  private final String path;
  private final String scope;
  private final Operation operation;
  private final Kind kind;

  Endpoint(RequestMethod method, String path, String scope, Operation operation, Kind kind) {
    this.method = method;
    this.path = ROOT + path;
    this.scope = scope;
    this.operation = operation;
    this.kind = kind;
  }

  RequestMethod method() {
    return method;
  }

  String path() {
    return path;
  }

  String scope() {
    return scope;
  }

  Operation operation() {
    return operation;
  }

  Kind kind() {
    return kind;
  }

  /** Its requests; whoever may {@code GET} may {@code HEAD}. */
  RequestMatcher requests() {
    PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
    RequestMatcher exactly = paths.matcher(method.asHttpMethod(), path);
    return method == GET
        ? new OrRequestMatcher(exactly, paths.matcher(HttpMethod.HEAD, path))
        : exactly;
  }

  /** Which one a request is for, if any. */
  static Optional<Endpoint> of(HttpServletRequest request) {
    return Stream.of(values()).filter(one -> one.requests().matches(request)).findFirst();
  }
}
