package com.expensicat.keycloak.it.support.admin;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The events that the realm keeps, errors in any number; closing this puts back which and how many
 * those are.
 */
public final class Events implements AutoCloseable {

  public static final String INTROSPECTION_REFUSED = "INTROSPECT_TOKEN_ERROR";
  public static final String CHECK_REFUSED = INTROSPECTION_REFUSED;
  public static final String USERINFO_REFUSED = "USER_INFO_REQUEST_ERROR";
  public static final String EXCHANGE_REFUSED = "TOKEN_EXCHANGE_ERROR";
  public static final String SIGN_IN_REFUSED = "IDENTITY_PROVIDER_LOGIN_ERROR";

  /** The realm attribute that says how many errors of a day are kept. */
  static final String BOUND = "expensicat.errors-per-day";

  private static final String CONFIG = "/events/config";
  private static final String MORE_THAN_EVER = "100000000";
  private static final long LONGEST_WAIT_MILLIS = 3000;
  private static final int PAUSE_MILLIS = 20;

  private final AdminApi admin;
  private final JsonNode before;
  private final String boundBefore;

  /** The newest events of a type, seen before something happens. */
  public final class Watch {
    private final String type;
    private final Set<String> seen;

    private Watch(String type) {
      this.type = type;
      this.seen = newest(type).stream().map(Events::id).collect(toSet());
    }

    /** The first event of the type since then, or an assertion error if none comes. */
    public JsonNode event() throws InterruptedException {
      long deadline = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000;
      while (System.nanoTime() < deadline) {
        Optional<JsonNode> event =
            newest(type).stream().filter(known -> !seen.contains(id(known))).findFirst();
        if (event.isPresent()) {
          return event.get();
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      throw new AssertionError("No event of type " + type);
    }

    /** Why the event's request was refused. */
    public String reason() throws InterruptedException {
      return event().at("/details/reason").asText();
    }
  }

  private Events(AdminApi admin) {
    this.admin = admin;
    this.before = admin.get(CONFIG);
    this.boundBefore = admin.get("").path("attributes").path(BOUND).asText();
  }

  /** Has the realm keep refusals of every kind. */
  public static Events ofRefusals(AdminApi admin) {
    return keeping(
        admin, List.of(INTROSPECTION_REFUSED, USERINFO_REFUSED, EXCHANGE_REFUSED, SIGN_IN_REFUSED));
  }

  /** Has the realm keep these types too; of its own it leaves out some, refreshes for one. */
  public static Events keeping(AdminApi admin, List<String> types) {
    Events events = new Events(admin);
    ObjectNode config = events.before.deepCopy();
    ArrayNode kept = config.put("eventsEnabled", true).withArray("/enabledEventTypes");
    types.forEach(kept::add);
    admin.put(CONFIG, config);
    admin.update("", realm -> bound(realm, MORE_THAN_EVER));
    return events;
  }

  /** Has the realm keep that many errors of a day. */
  public static void bound(ObjectNode realm, String errors) {
    realm.withObject("/attributes").put(BOUND, errors);
  }

  /** Waits until the client's events have these types in this order, others between them or not. */
  public void awaitTypesOf(String clientId, List<String> types) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000;
    while (!typesOf(clientId).containsAll(types) && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE_MILLIS);
    }
    assertThat(typesOf(clientId)).containsSubsequence(types);
  }

  /** The types of a client's events, oldest first. */
  private List<String> typesOf(String clientId) {
    List<String> types = new ArrayList<>();
    admin
        .get("/events?max=100&client=" + clientId)
        .forEach(event -> types.add(0, event.path("type").asText()));
    return types;
  }

  public Watch watch(String type) {
    return new Watch(type);
  }

  private List<JsonNode> newest(String type) {
    return StreamSupport.stream(admin.get("/events?max=5&type=" + type).spliterator(), false)
        .toList();
  }

  private static String id(JsonNode event) {
    return event.path("id").asText();
  }

  @Override
  public void close() {
    admin.put(CONFIG, before);
    admin.update("", realm -> bound(realm, boundBefore));
  }
}
