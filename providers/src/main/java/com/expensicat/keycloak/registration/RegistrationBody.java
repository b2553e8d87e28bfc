package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.keycloak.representations.oidc.OIDCClientRepresentation;

/**
 * Reads client metadata (RFC 7591 2): fields that nobody knows are ignored, repeated ones not. An
 * empty string counts as absent, which is how clients write what they do not have.
 */
final class RegistrationBody {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private RegistrationBody() {}

  /**
   * Reads a body.
   *
   * @throws InvalidBodyException if it is no JSON object, repeats a field, or has one of another
   *     type
   */
  static OIDCClientRepresentation read(InputStream body) throws InvalidBodyException {
    try {
      if (!(MAPPER.readTree(body) instanceof ObjectNode fields)) {
        throw new InvalidBodyException("The body is not a JSON object");
      }
      fields.properties().removeIf(field -> isEmptyText(field.getValue()));
      return MAPPER.treeToValue(fields, OIDCClientRepresentation.class);
    } catch (JsonMappingException e) {
      throw new InvalidBodyException(
          e.getPath().isEmpty() || e.getPath().get(0).getFieldName() == null
              ? "The body is not a JSON object"
              : e.getPath().get(0).getFieldName() + ": has another type");
    } catch (JsonProcessingException e) {
      throw new InvalidBodyException("The body is not JSON, or repeats a field");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmptyText(JsonNode value) {
    return value.isTextual() && value.textValue().isEmpty();
  }
}
