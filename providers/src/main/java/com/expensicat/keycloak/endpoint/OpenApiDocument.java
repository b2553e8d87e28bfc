package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.resource.ProtectedResource;
import com.expensicat.keycloak.resource.ProtectedResources;
import com.expensicat.keycloak.scope.CatalogScope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The description of all addresses (OpenAPI 3.1): {@code expensicat-openapi.yaml} with the
 * addresses and the scopes of the running server.
 */
final class OpenApiDocument {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
          .build();

  private static final ObjectNode TEMPLATE = read();

  /** The addresses that a flow of OAuth names, which must be whole. */
  private static final Map<String, String> ADDRESSES =
      Map.of(
          "authorizationUrl", Addresses.AUTHORIZE,
          "tokenUrl", Addresses.TOKEN,
          "refreshUrl", Addresses.TOKEN);

  private OpenApiDocument() {}

  private static ObjectNode read() {
    try (InputStream file = OpenApiDocument.class.getResourceAsStream("/expensicat-openapi.yaml")) {
      return (ObjectNode) YAML.readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The description as a tree.
   *
   * @param base the server's own address for browsers
   * @param admin that of its admin REST
   * @param scopes those of the catalog
   * @param resources those that take them
   */
  static ObjectNode of(
      URI base, URI admin, List<CatalogScope> scopes, ProtectedResources resources) {
    ObjectNode document = TEMPLATE.deepCopy();
    setServer(document, base);
    document.withObject("/externalDocs").put("url", Addresses.ofGuide(base));
    for (Map.Entry<String, JsonNode> path : document.withObject("/paths").properties()) {
      if (path.getKey().startsWith("/admin/") && !admin.equals(base)) {
        setServer((ObjectNode) path.getValue(), admin);
      }
    }
    for (JsonNode flow : document.at("/components/securitySchemes/accessToken/flows")) {
      complete((ObjectNode) flow, base, scopes, resources);
    }
    return document;
  }

  private static void complete(
      ObjectNode flow, URI base, List<CatalogScope> scopes, ProtectedResources resources) {
    ADDRESSES.forEach(
        (name, operation) -> {
          if (flow.has(name)) {
            flow.put(name, Addresses.of(base, operation));
          }
        });
    ObjectNode said = flow.putObject("scopes");
    scopes.forEach(
        scope -> said.put(scope.name(), scope.description() + where(scope.name(), resources)));
  }

  /** Which resources take a scope, where that is not the API alone. */
  private static String where(String scope, ProtectedResources resources) {
    List<ProtectedResource> taking =
        resources.all().stream().filter(one -> one.scopes().contains(scope)).toList();
    return taking.equals(List.of(resources.api()))
        ? ""
        : taking.stream()
            .map(ProtectedResource::title)
            .collect(Collectors.joining(", ", " (at ", ")"));
  }

  private static void setServer(ObjectNode where, URI address) {
    where.putArray("servers").addObject().put("url", address.toString().replaceFirst("/$", ""));
  }

  /** The same in block style. */
  static String yaml(ObjectNode document) {
    try {
      return YAML.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
