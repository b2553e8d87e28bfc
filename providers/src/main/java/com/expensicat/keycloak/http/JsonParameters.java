package com.expensicat.keycloak.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.Set;

/** Reads the JSON body of a token request: one flat object of strings. */
public final class JsonParameters {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonParameters() {}

  /** A body that is not one flat object of strings; the message says why. */
  public static final class InvalidBodyException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param reason for the developer, in the characters of RFC 6749 5.2
     */
    public InvalidBodyException(String reason) {
      super(reason);
    }
  }

  /**
   * The members of the object, without those that are {@code null}.
   *
   * @throws InvalidBodyException if the body is malformed, not an object, nested, repeats a member,
   *     or has a value that is not a string
   */
  public static MultivaluedMap<String, String> read(byte[] body) throws InvalidBodyException {
    try (JsonParser parser = JSON.createParser(text(body))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidBodyException("The body is not a JSON object");
      }
      MultivaluedMap<String, String> parameters = members(parser);
      if (parser.nextToken() != null) {
        throw new InvalidBodyException("There is something after the JSON object");
      }
      return parameters;
    } catch (IOException e) {
      throw new InvalidBodyException("The body is not well-formed JSON");
    }
  }

  /** Left to itself, Jackson would read UTF-16 and UTF-32 too (RFC 8259 8.1). */
  private static String text(byte[] body) throws InvalidBodyException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidBodyException("The body is not JSON in UTF-8");
    }
  }

  private static MultivaluedMap<String, String> members(JsonParser parser)
      throws IOException, InvalidBodyException {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    Set<String> names = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (!names.add(name)) {
        throw new InvalidBodyException("A member of the JSON object is repeated");
      }
      switch (parser.nextToken()) {
        case VALUE_STRING -> parameters.add(name, parser.getText());
        case VALUE_NULL -> {
          // Counts as absent.
        }
        case START_OBJECT, START_ARRAY ->
            throw new InvalidBodyException("The JSON object is nested");
        default -> throw new InvalidBodyException("A value of the JSON object is not a string");
      }
    }
    return parameters;
  }
}
