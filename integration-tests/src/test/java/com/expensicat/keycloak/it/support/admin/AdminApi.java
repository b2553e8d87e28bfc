package com.expensicat.keycloak.it.support.admin;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.function.Executable;

/**
 * Keycloak's admin REST API for one realm, as the bootstrap admin. Paths are relative to {@code
 * /admin/realms/{realm}}, an empty path is the realm itself. Except with {@link #send}, an answer
 * that is not 2xx is an assertion error that shows it.
 */
public final class AdminApi {

  private final String realms;
  private final String realm;
  private final AdminToken token;

  public AdminApi(String baseUrl, String realm, Person admin) {
    this(baseUrl + "/admin/realms", realm, new AdminToken(baseUrl, admin));
  }

  private AdminApi(String realms, String realm, AdminToken token) {
    this.realms = realms;
    this.realm = realm;
    this.token = token;
  }

  /** The same admin in another realm, say {@code master}. */
  public AdminApi in(String otherRealm) {
    return new AdminApi(realms, otherRealm, token);
  }

  /**
   * One request.
   *
   * @param body JSON tree, map, list or string; {@code null} sends none
   * @return the answer, whatever its status
   */
  public Answer send(String method, String path, Object body) {
    return send(URI.create(realms + "/" + realm + path), method, body);
  }

  /** One request with a text in its body, where admin REST takes no JSON. */
  public Answer sendText(String method, String path, String text) {
    return UserAgent.send(
        HttpRequest.newBuilder(URI.create(realms + "/" + realm + path))
            .header("Authorization", "Bearer " + token.value())
            .header("Content-Type", "text/plain")
            .method(method, BodyPublishers.ofString(text)));
  }

  private Answer send(URI uri, String method, Object body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token.value());
    return UserAgent.send(
        body == null
            ? request.method(method, BodyPublishers.noBody())
            : request
                .header("Content-Type", BodyKind.JSON.mediaType())
                .method(method, BodyPublishers.ofString(Json.write(body))));
  }

  public JsonNode get(String path) {
    return ok(send("GET", path, null)).json();
  }

  /** A POST; the answer's JSON, or a missing node where it has none. */
  public JsonNode post(String path, Object body) {
    return Json.read(ok(send("POST", path, body)).body()).orElse(MissingNode.getInstance());
  }

  public void put(String path, Object body) {
    ok(send("PUT", path, body));
  }

  public void delete(String path) {
    ok(send("DELETE", path, null));
  }

  /** A POST that makes something: the id at the end of the answer's {@code Location}. */
  public String create(String path, Object representation) {
    Answer answer = ok(send("POST", path, representation));
    String location = answer.header("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static Answer ok(Answer answer) {
    if (answer.status() / 100 != 2) {
      throw new AssertionError("Admin REST answers " + answer.summary());
    }
    return answer;
  }

  /** Makes a realm out of its representation. */
  public void createRealm(JsonNode representation) {
    ok(sendRealm(representation));
  }

  /** Tries to make a realm; the answer, whatever its status. */
  public Answer sendRealm(JsonNode representation) {
    return send(URI.create(realms), "POST", representation);
  }

  /** What the server has: its providers, with their settings. */
  public JsonNode serverInfo() {
    return ok(send(URI.create(realms).resolve("serverinfo"), "GET", null)).json();
  }

  public Optional<JsonNode> findClient(String clientId) {
    return find("/clients?clientId=" + encoded(clientId), "clientId", clientId);
  }

  /** The representation of the client with that client id. */
  public JsonNode client(String clientId) {
    return findClient(clientId).orElseThrow(() -> new AssertionError("No client " + clientId));
  }

  /** The path of a client, to which {@code /client-secret} and the like can be added. */
  public String clientPath(String clientId) {
    return "/clients/" + client(clientId).get("id").asText();
  }

  public String createClient(JsonNode representation) {
    return create("/clients", representation);
  }

  /** Reads the client, applies the change, writes it. */
  public void updateClient(String clientId, Consumer<ObjectNode> change) {
    update(clientPath(clientId), change);
  }

  public void deleteClient(String clientId) {
    delete(clientPath(clientId));
  }

  /** The representation of the client scope of that name. */
  public JsonNode clientScope(String name) {
    return find("/client-scopes", "name", name)
        .orElseThrow(() -> new AssertionError("No client scope " + name));
  }

  public Optional<JsonNode> findUser(String username) {
    return find("/users?exact=true&username=" + encoded(username), "username", username);
  }

  /** The representation of the user with that username. */
  public JsonNode user(String username) {
    return findUser(username).orElseThrow(() -> new AssertionError("No user " + username));
  }

  /** The path of a user, to which {@code /consents} and the like can be added. */
  public String userPath(String username) {
    return "/users/" + user(username).get("id").asText();
  }

  private Optional<JsonNode> find(String path, String key, String value) {
    return StreamSupport.stream(get(path).spliterator(), false)
        .filter(node -> node.path(key).asText().equals(value))
        .findFirst();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** Makes a client, runs the test, deletes the client. */
  public void withClient(JsonNode representation, Executable test) throws Throwable {
    withCreated("/clients", representation, test);
  }

  /** Makes a user, runs the test, deletes the user. */
  public void withUser(JsonNode representation, Executable test) throws Throwable {
    withCreated("/users", representation, test);
  }

  private void withCreated(String path, JsonNode representation, Executable test) throws Throwable {
    String created = path + "/" + create(path, representation);
    try {
      test.execute();
    } finally {
      delete(created);
    }
  }

  /** Changes a client, runs the test, changes it back, new attributes included. */
  public void withClientChange(String clientId, Consumer<ObjectNode> change, Executable test)
      throws Throwable {
    withChange(clientPath(clientId), change, test, AdminApi::emptyingNewAttributes);
  }

  /** Changes the realm's settings, runs the test, changes them back. */
  public void withRealmChange(Consumer<ObjectNode> change, Executable test) throws Throwable {
    withChange("", change, test);
  }

  /** Changes whatever is at that path, runs the test, puts back what was there. */
  public void withChange(String path, Consumer<ObjectNode> change, Executable test)
      throws Throwable {
    withChange(path, change, test, (before, now) -> before);
  }

  private void withChange(
      String path, Consumer<ObjectNode> change, Executable test, BinaryOperator<JsonNode> undo)
      throws Throwable {
    JsonNode before = get(path);
    update(path, change);
    try {
      test.execute();
    } finally {
      put(path, undo.apply(before, get(path)));
    }
  }

  /** A client keeps an attribute that a PUT leaves out, and loses one that is empty. */
  private static JsonNode emptyingNewAttributes(JsonNode before, JsonNode now) {
    ObjectNode restored = before.deepCopy();
    ObjectNode attributes = restored.withObject("/attributes");
    now.path("attributes")
        .fieldNames()
        .forEachRemaining(name -> attributes.putIfAbsent(name, TextNode.valueOf("")));
    return restored;
  }

  /** Reads whatever is at that path, applies the change, writes it. */
  public void update(String path, Consumer<ObjectNode> change) {
    ObjectNode representation = (ObjectNode) get(path);
    change.accept(representation);
    put(path, representation);
  }

  /** Ends every session of the realm. */
  public void logoutAll() {
    post("/logout-all", null);
  }

  /** Forgets when everybody was signed out, so that what was issued before counts again. */
  public void forgetSignOuts() {
    update("", realm -> realm.put("notBefore", 0));
  }

  /** Imports users, clients and the like over what is there. */
  public void partialImport(ObjectNode partialImport) {
    post("/partialImport", partialImport.deepCopy().put("ifResourceExists", "OVERWRITE"));
  }

  /** The realm with its clients, as the console's partial export gives it. */
  public JsonNode partialExport() {
    return post("/partial-export?exportClients=true&exportGroupsAndRoles=true", null);
  }
}
