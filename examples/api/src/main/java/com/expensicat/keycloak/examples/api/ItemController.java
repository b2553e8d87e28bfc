package com.expensicat.keycloak.examples.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

/** What endpoints do with the caller's items of one kind; {@link Endpoint} says which does what. */
@ResponseBody
class ItemController {

  private final ItemStore store;
  private final Kind kind;

  ItemController(ItemStore store, Kind kind) {
    this.store = store;
    this.kind = kind;
  }

  /** Some or all items, the newest first. */
  record Listing(List<Map<String, Object>> data) {}

  /** How many items there are, and the sum of their amounts by currency. */
  record Balance(int count, Map<String, String> totals) {}

  Listing list(@AuthenticationPrincipal Caller caller) {
    return new Listing(store.newest(caller, kind));
  }

  Map<String, Object> read(@AuthenticationPrincipal Caller caller, @PathVariable("id") long id) {
    return store
        .find(caller, kind, id)
        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
  }

  ResponseEntity<Map<String, Object>> add(
      @AuthenticationPrincipal Caller caller, @RequestBody Map<String, String> item) {
    Set<String> faults = kind.faults(item);
    if (!faults.isEmpty()) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "Not as they should be: " + String.join(", ", faults));
    }
    return ResponseEntity.status(HttpStatus.CREATED).body(store.add(caller, kind, item));
  }

  Balance sum(@AuthenticationPrincipal Caller caller) {
    List<Map<String, Object>> items = store.all(caller, kind);
    Map<String, String> totals = new TreeMap<>();
    for (Map<String, Object> item : items) {
      totals.merge(
          (String) item.get("currency"), (String) item.get("amount"), ItemController::plus);
    }
    return new Balance(items.size(), totals);
  }

  private static String plus(String one, String other) {
    return new BigDecimal(one).add(new BigDecimal(other)).toPlainString();
  }
}
