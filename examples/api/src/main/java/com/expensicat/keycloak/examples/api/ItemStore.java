package com.expensicat.keycloak.examples.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The items, each of one person for one company; nobody else gets at them. */
@Repository
class ItemStore {

  private static final int PAGE = 100;
  private static final TypeReference<TreeMap<String, String>> FIELDS = new TypeReference<>() {};

  private final JdbcClient database;
  private final TransactionOperations transactions;
  private final JsonMapper json;

  ItemStore(JdbcClient database, TransactionOperations transactions, JsonMapper json) {
    this.database = database;
    this.transactions = transactions;
    this.json = json;
  }

  /** A page's worth of items, the newest first. */
  List<Map<String, Object>> newest(Caller caller, Kind kind) {
    return list(caller, kind, PAGE);
  }

  /** All items, the newest first. */
  List<Map<String, Object>> all(Caller caller, Kind kind) {
    return list(caller, kind, Integer.MAX_VALUE);
  }

  private List<Map<String, Object>> list(Caller caller, Kind kind, int limit) {
    return database
        .sql("SELECT id, content FROM item WHERE holder = ? AND kind = ? ORDER BY id DESC LIMIT ?")
        .params(holder(caller), kind.name(), limit)
        .query((row, number) -> item(row.getLong("id"), row.getString("content")))
        .list();
  }

  Optional<Map<String, Object>> find(Caller caller, Kind kind, long id) {
    return database
        .sql("SELECT content FROM item WHERE holder = ? AND kind = ? AND id = ?")
        .params(holder(caller), kind.name(), id)
        .query(String.class)
        .optional()
        .map(content -> item(id, content));
  }

  /** Keeps an item, and returns it with its id. */
  Map<String, Object> add(Caller caller, Kind kind, Map<String, String> fields) {
    return add(holder(caller), kind, fields);
  }

  private Map<String, Object> add(long holder, Kind kind, Map<String, String> fields) {
    String content = json.writeValueAsString(fields);
    return item(
        insert(
            "INSERT INTO item (holder, kind, content) VALUES (?, ?, ?)",
            holder,
            kind.name(),
            content),
        content);
  }

  /** One after another, so that nobody is new twice. */
  private synchronized long holder(Caller caller) {
    return database
        .sql("SELECT id FROM holder WHERE company = ? AND person = ?")
        .params(caller.company(), caller.person())
        .query(Long.class)
        .optional()
        .orElseGet(() -> transactions.execute(status -> welcome(caller)));
  }

  /** Who is new finds samples. */
  private long welcome(Caller caller) {
    long holder =
        insert(
            "INSERT INTO holder (company, person) VALUES (?, ?)",
            caller.company(),
            caller.person());
    Kind.SAMPLE_TRANSACTIONS.forEach(sample -> add(holder, Kind.TRANSACTIONS, sample));
    return holder;
  }

  /** Returns the id of the new row. */
  private long insert(String sql, Object... values) {
    KeyHolder id = new GeneratedKeyHolder();
    database.sql(sql).params(values).update(id, "id");
    return id.getKeyAs(Long.class);
  }

  private Map<String, Object> item(long id, String content) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", id);
    item.putAll(json.readValue(content, FIELDS));
    return item;
  }
}
