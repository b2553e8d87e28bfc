package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.http.OAuthErrors;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.services.clientregistration.ErrorCodes;

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
   * @throws ErrorResponseException 400 with {@code invalid_client_metadata}
   */
  static OIDCClientRepresentation read(InputStream body) {
    byte[] bytes = bytes(body);
    try {
      if (!(MAPPER.readTree(bytes) instanceof ObjectNode fields)) {
        throw refusal("The body is not a JSON object");
      }
      fields.properties().removeIf(field -> isEmptyText(field.getValue()));
      return MAPPER.treeToValue(fields, OIDCClientRepresentation.class);
    } catch (JsonMappingException e) {
      throw refusal(
          e.getPath().isEmpty() || e.getPath().get(0).getFieldName() == null
              ? "The body is not a JSON object"
              : e.getPath().get(0).getFieldName() + ": has another type");
    } catch (JsonProcessingException e) {
      throw refusal("The body is not JSON, or repeats a field");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmptyText(JsonNode value) {
    return value.isTextual() && value.textValue().isEmpty();
  }

  private static byte[] bytes(InputStream body) {
    try {
      return body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ErrorResponseException refusal(String description) {
    return OAuthErrors.exception(
        Response.Status.BAD_REQUEST, ErrorCodes.INVALID_CLIENT_METADATA, description);
  }
}
