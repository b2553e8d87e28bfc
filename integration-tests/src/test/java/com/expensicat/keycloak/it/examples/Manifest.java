package com.expensicat.keycloak.it.examples;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keycloak.representations.idm.RealmRepresentation;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An object of Kubernetes as it is written down. {@link #faults} says what Kubernetes would not
 * take or would not know: its own objects are read into the models that fabric8 makes of
 * Kubernetes' API; those of the Keycloak Operator are held against what the examples use of its
 * custom resource definitions, or, with the system property {@code keycloak.crds}, against these
 * themselves: it names the folder with the files of the Operator's release.
 */
record Manifest(JsonNode object) {

  static final Path FOLDER = Artifacts.REPOSITORY.resolve("examples/kubernetes");

  private static final Map<String, Class<?>> MODELS =
      Map.of(
          "v1/Service", Service.class,
          "apps/v1/Deployment", Deployment.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

  /** A realm's schema goes deeper than what is allowed by itself. */
  private static final int DEEPEST = 200;

  private static final String OPERATOR = "k8s.keycloak.org/v2beta1/";

  /** What is of a type of its own inside the Operator's objects, by its pointer there. */
  private static final Map<String, Class<?>> WITHIN =
      Map.of(
          "/spec/resources", ResourceRequirements.class,
          "/spec/scheduling/topologySpreadConstraints", TopologySpreadConstraint[].class,
          "/spec/unsupported/podTemplate", PodTemplateSpec.class,
          "/spec/realm", RealmRepresentation.class);

  /** The models keep what they do not know; here that is a fault. */
  private static final class Strict extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new Strict())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** All objects of a file of the examples. */
  static List<Manifest> of(String file) {
    try (Reader text = Files.newBufferedReader(FOLDER.resolve(file))) {
      return documents(text).map(Manifest::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> documents(Reader text) {
    List<JsonNode> documents = new ArrayList<>();
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(DEEPEST);
    new Yaml(new SafeConstructor(options))
        .loadAll(text)
        .forEach(document -> documents.add(Json.tree(document)));
    return documents.stream();
  }

  String kind() {
    return object.path("kind").asText();
  }

  /** The object with another value at a place, which may be new. */
  Manifest with(String parent, String name, JsonNode value) {
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.at(parent)).set(name, value);
    return new Manifest(copy);
  }

  /** Why it would not be taken as it is; nothing where it would. */
  List<String> faults() {
    String type = object.path("apiVersion").asText() + "/" + kind();
    if (type.startsWith(OPERATOR)) {
      return Stream.concat(
              schema(kind()).stream(),
              WITHIN.entrySet().stream()
                  .filter(part -> !object.at(part.getKey()).isMissingNode())
                  .flatMap(part -> misfit(object.at(part.getKey()), part.getValue()).stream()))
          .toList();
    }
    return MODELS.containsKey(type)
        ? misfit(object, MODELS.get(type)).stream().toList()
        : List.of("nobody knows a " + type);
  }

  private static Optional<String> misfit(JsonNode part, Class<?> model) {
    try {
      STRICT.treeToValue(part, model);
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(e.getMessage());
    }
  }

  private List<String> schema(String kind) {
    return SchemaRegistry.withDialect(Dialects.getOpenApi30())
        .getSchema(
            closed(
                Optional.ofNullable(System.getProperty("keycloak.crds"))
                    .map(folder -> ofRelease(Path.of(folder), kind))
                    .orElseGet(() -> ofExamples(kind))))
        .validate(object.path("spec"))
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static JsonNode ofExamples(String kind) {
    try (InputStream file =
        Manifest.class.getResourceAsStream("/kubernetes/operator.schema.json")) {
      return STRICT.readTree(file).path(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode ofRelease(Path folder, String kind) {
    Path file = folder.resolve(kind.toLowerCase(Locale.ROOT) + "s.k8s.keycloak.org-v1.yml");
    try (Reader text = Files.newBufferedReader(file)) {
      return documents(text)
          .flatMap(it -> StreamSupport.stream(it.at("/spec/versions").spliterator(), false))
          .filter(version -> OPERATOR.contains("/" + version.path("name").asText() + "/"))
          .map(version -> version.at("/schema/openAPIV3Schema/properties/spec"))
          .findFirst()
          .orElseThrow(() -> new AssertionError(file + " has no " + OPERATOR));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema, in which what it does not name is a fault; Kubernetes cuts that off in silence. */
  private static JsonNode closed(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    close(copy);
    return copy;
  }

  private static void close(JsonNode schema) {
    schema.forEach(Manifest::close);
    if (schema.path("type").asText().equals("object") && schema.path("properties").isObject()) {
      ((ObjectNode) schema).put("additionalProperties", false);
    }
  }
}
