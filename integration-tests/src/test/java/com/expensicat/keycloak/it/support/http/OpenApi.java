package com.expensicat.keycloak.it.support.http;

import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds each answer of an address of the pack against the description that the jar has of it
 * (OpenAPI 3.1): status, headers, media type and body.
 */
public final class OpenApi {

  private static final JsonNode DOCUMENT = read();

  /** What is answered to a method that an address does not take. */
  private static final Map<Integer, String> OF_NO_OPERATION =
      Map.of(
          400, "BadRequest",
          404, "NotFound",
          405, "MethodNotAllowed",
          413, "ContentTooLarge",
          415, "UnsupportedMediaType");

  private static final String ROOT = "/api/auth/oauth2/";

  private static final Set<Integer> NO_HTTP = Set.of(400, 414, 431);

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDialect(
          Dialects.getOpenApi31(),
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private static final Map<JsonNode, Schema> COMPILED = new ConcurrentHashMap<>();

  private static final List<Described> PATHS =
      DOCUMENT.path("paths").properties().stream()
          .map(path -> new Described(pattern(path.getKey()), path.getValue()))
          .toList();

  private OpenApi() {}

  /** A path of the description. */
  private record Described(Pattern path, JsonNode item) {}

  private static JsonNode read() {
    try (InputStream file = OpenApi.class.getResourceAsStream("/expensicat-openapi.yaml")) {
      return new YAMLMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids of all operations with the statuses that are named for each. */
  public static Map<String, List<Integer>> operations() {
    Map<String, List<Integer>> operations = new LinkedHashMap<>();
    for (JsonNode path : DOCUMENT.path("paths")) {
      for (JsonNode operation : path) {
        if (operation.has("operationId")) {
          operations.put(
              operation.path("operationId").asText(),
              operation.path("responses").properties().stream()
                  .map(response -> Integer.valueOf(response.getKey()))
                  .toList());
        }
      }
    }
    return operations;
  }

  /** The path of a resource may have slashes in it. */
  private static Pattern pattern(String path) {
    return Pattern.compile(
        Stream.of(path.split("(?=\\{)|(?<=})", -1))
            .map(
                part ->
                    part.equals("{path}")
                        ? ".+"
                        : part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
            .collect(Collectors.joining()));
  }

  /**
   * Fails where an answer is not described: its status at that operation, a header that must be
   * there, its media type, or its body. What is no address of the pack is left alone.
   */
  static void requireDescribed(String method, Answer answer) {
    String path = answer.uri().getRawPath();
    Optional<JsonNode> item =
        PATHS.stream()
            .filter(one -> one.path().matcher(path).matches())
            .map(Described::item)
            .findFirst();
    if (item.isEmpty() || method.equals("OPTIONS")) {
      return;
    }
    JsonNode operation = item.get().path(operation(method, path));
    if (operation.isMissingNode() && !path.startsWith(ROOT)) {
      return;
    }
    JsonNode response = response(operation, answer);
    require(!response.isMissingNode(), "status", method, answer);
    requireHeaders(response, method, answer);
    if (!method.equals("HEAD")) {
      requireBody(response, method, answer);
    }
  }

  /** At the address for gateways all methods are one. */
  private static String operation(String method, String path) {
    return method.equals("HEAD") || path.endsWith("/check")
        ? "get"
        : method.toLowerCase(Locale.ROOT);
  }

  private static JsonNode response(JsonNode operation, Answer answer) {
    int status = answer.status();
    if (status == 429) {
      return general("TooManyRequests");
    }
    if (NO_HTTP.contains(status) && answer.header("Content-Type").isEmpty()) {
      return general("NoHttp");
    }
    return operation.isMissingNode()
        ? general(OF_NO_OPERATION.getOrDefault(status, "none"))
        : resolved(operation.path("responses").path(String.valueOf(status)));
  }

  private static JsonNode general(String name) {
    return DOCUMENT.at("/components/responses/" + name);
  }

  private static void requireHeaders(JsonNode response, String method, Answer answer) {
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      JsonNode described = resolved(header.getValue());
      List<String> values = answer.headers().allValues(header.getKey());
      require(
          !values.isEmpty() || !described.path("required").asBoolean(),
          header.getKey(),
          method,
          answer);
      for (String value : values) {
        requireFit(
            described.path("schema"), TextNode.valueOf(value), header.getKey(), method, answer);
      }
    }
  }

  private static void requireBody(JsonNode response, String method, Answer answer) {
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      require(answer.body().isEmpty(), "body", method, answer);
      return;
    }
    String type = answer.header("Content-Type").orElse("").replaceFirst(" *;.*", "");
    JsonNode described = content.path(type);
    require(!described.isMissingNode(), "media type " + type, method, answer);
    requireFit(
        described.path("schema"),
        type.equals("application/json") ? answer.json() : TextNode.valueOf(answer.body()),
        "body",
        method,
        answer);
  }

  private static void requireFit(
      JsonNode schema, JsonNode value, String what, String method, Answer answer) {
    List<Error> errors = COMPILED.computeIfAbsent(schema, OpenApi::compile).validate(value);
    require(errors.isEmpty(), what + " (" + errors + ")", method, answer);
  }

  /** A schema that finds the components beside it. */
  private static Schema compile(JsonNode schema) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", DOCUMENT.path("components"));
    return SCHEMAS.getSchema(whole);
  }

  private static JsonNode resolved(JsonNode node) {
    return Optional.of(node.path("$ref").asText())
        .filter(not(String::isEmpty))
        .map(reference -> DOCUMENT.at(reference.substring(1)))
        .orElse(node);
  }

  private static void require(boolean described, String what, String method, Answer answer) {
    if (!described) {
      throw new AssertionError(
          "The OpenAPI does not have this %s: %s %s".formatted(what, method, answer.summary()));
    }
  }
}
