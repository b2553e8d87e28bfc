package com.expensicat.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The tables of cases that the integration tests send to a server, for the rules behind it. */
public final class Tables {

  private static final Path FOLDER = Path.of("../integration-tests/src/test/resources");
  private static final JsonMapper MAPPER = new JsonMapper();

  private Tables() {}

  /** The rows, a column each an argument. */
  public static Stream<Arguments> rows(String table) {
    try {
      return Files.readAllLines(FOLDER.resolve(table)).stream()
          .skip(1)
          .filter(line -> !line.isBlank())
          .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toArray())
          .map(Arguments::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A JSON object with a change as the tables write it, in which {@code null} takes a field out.
   */
  public static ObjectNode changed(ObjectNode object, String change) {
    object.setAll(object(change)).properties().removeIf(field -> field.getValue().isNull());
    return object;
  }

  /** A JSON object as the tables write it, with single quotes. */
  public static ObjectNode object(String text) {
    try {
      return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
