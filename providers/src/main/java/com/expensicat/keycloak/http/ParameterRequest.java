package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.http.FormPartValue;
import org.keycloak.http.HttpRequest;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.utils.StringUtil;

/**
 * A request as the endpoints are to read it: its form parameters are those of its query, its form
 * or its JSON object. Parameters without a value count as absent (RFC 6749 3.1, 3.2), and of equal
 * {@code resource} parameters (RFC 8707 2) one is kept, since Keycloak refuses more.
 */
public final class ParameterRequest implements HttpRequest {

  /**
   * What stands between the values of {@code resource} where they are one: Keycloak looks whether
   * that is a URI.
   */
  public static final String NEXT_RESOURCE = ";resource=";

  /** What stands for bytes that are not UTF-8, and behind a value that has lost characters. */
  private static final char UNDECODABLE = '\uFFFD';

  private final HttpRequest request;
  private final HttpHeaders headers;
  private final Supplier<MultivaluedMap<String, String>> source;
  private MultivaluedMap<String, String> parameters;

  private ParameterRequest(
      HttpRequest request, HttpHeaders headers, Supplier<MultivaluedMap<String, String>> source) {
    this.request = request;
    this.headers = headers;
    this.source = source;
  }

  /** A request with a form in its body, which is read when it is asked for. */
  public static ParameterRequest ofForm(HttpRequest request) {
    return new ParameterRequest(
        request, request.getHttpHeaders(), request::getDecodedFormParameters);
  }

  /** A request with its parameters in the query. */
  public static ParameterRequest ofQuery(HttpRequest request, UriInfo uri) {
    return new ParameterRequest(request, request.getHttpHeaders(), uri::getQueryParameters);
  }

  /**
   * A request with a JSON object in its body. Its headers report a form, because Keycloak's client
   * authenticators look for {@code client_id} only where the media type is that of a form.
   *
   * @param members the object's members
   */
  public static ParameterRequest ofJson(
      HttpRequest request, MultivaluedMap<String, String> members) {
    return new ParameterRequest(request, new FormHeaders(request.getHttpHeaders()), () -> members);
  }

  @Override
  public MultivaluedMap<String, String> getDecodedFormParameters() {
    if (parameters == null) {
      parameters = new MultivaluedHashMap<>();
      source
          .get()
          .forEach(
              (name, values) ->
                  (OAuth2Constants.RESOURCE.equals(name) ? together(values) : values.stream())
                      .filter(value -> !value.isEmpty())
                      .forEach(value -> parameters.add(name, asSent(name, value))));
    }
    return parameters;
  }

  /**
   * One value with all of them: Keycloak reads one value of a parameter, and this one may be there
   * more often (RFC 8707 2).
   */
  private static Stream<String> together(List<String> resources) {
    return Stream.of(
        resources.stream()
            .filter(resource -> !resource.isEmpty())
            .map(resource -> resource.replace(NEXT_RESOURCE, ";resource%3D"))
            .distinct()
            .collect(Collectors.joining(NEXT_RESOURCE)));
  }

  /**
   * Whether Keycloak reads a value otherwise than it was sent: it takes control characters, which
   * no parameter may have (RFC 6749 appendix A), out of it without a word.
   */
  public static boolean isGarbled(String value) {
    return !value.equals(withoutControlCharacters(value)) || value.indexOf(UNDECODABLE) >= 0;
  }

  /**
   * A value as Keycloak reads it, which compiles and tries five patterns at each one: where none of
   * the characters is there that they begin with, the value stays as it is.
   */
  static String withoutControlCharacters(String value) {
    return value.chars().anyMatch(ParameterRequest::beginsControl)
        ? StringUtil.removeControlCharacters(value)
        : value;
  }

  /** A control character, the {@code %} of an encoded one, or the bracket of a terminal's code. */
  private static boolean beginsControl(int character) {
    return character < ' ' || character == 0x7F || character == '%' || character == '[';
  }

  /**
   * A value that stays wrong. Keycloak takes control characters out of it without a word, so that a
   * malformed verifier would be a good one. A secret is compared as it came.
   */
  private static String asSent(String name, String value) {
    if (OIDCLoginProtocol.MAX_AGE_PARAM.equals(name)) {
      return MaxAge.readable(value);
    }
    String clean = withoutControlCharacters(value);
    if (!value.equals(clean) && !OAuth2Constants.CLIENT_SECRET.equals(name)) {
      return clean + UNDECODABLE;
    }
    return OIDCLoginProtocol.CLAIMS_PARAM.equals(name) ? ClaimsParameter.understood(value) : value;
  }

  @Override
  public HttpHeaders getHttpHeaders() {
    return headers;
  }

  @Override
  public String getHttpMethod() {
    return request.getHttpMethod();
  }

  @Override
  public MultivaluedMap<String, FormPartValue> getMultiPartFormParameters() {
    return request.getMultiPartFormParameters();
  }

  @Override
  public X509Certificate[] getClientCertificateChain() {
    return request.getClientCertificateChain();
  }

  @Override
  public UriInfo getUri() {
    return request.getUri();
  }

  @Override
  public boolean isProxyTrusted() {
    return request.isProxyTrusted();
  }

  /** The request's headers, but for {@code Content-Type}. */
  private record FormHeaders(HttpHeaders headers) implements HttpHeaders {

    @Override
    public List<String> getRequestHeader(String name) {
      return CONTENT_TYPE.equalsIgnoreCase(name)
          ? List.of(MediaType.APPLICATION_FORM_URLENCODED)
          : headers.getRequestHeader(name);
    }

    @Override
    public String getHeaderString(String name) {
      return CONTENT_TYPE.equalsIgnoreCase(name)
          ? MediaType.APPLICATION_FORM_URLENCODED
          : headers.getHeaderString(name);
    }

    @Override
    public MultivaluedMap<String, String> getRequestHeaders() {
      return headers.getRequestHeaders();
    }

    @Override
    public List<MediaType> getAcceptableMediaTypes() {
      return headers.getAcceptableMediaTypes();
    }

    @Override
    public List<Locale> getAcceptableLanguages() {
      return headers.getAcceptableLanguages();
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.APPLICATION_FORM_URLENCODED_TYPE;
    }

    @Override
    public Locale getLanguage() {
      return headers.getLanguage();
    }

    @Override
    public Map<String, Cookie> getCookies() {
      return headers.getCookies();
    }

    @Override
    public Date getDate() {
      return headers.getDate();
    }

    @Override
    public int getLength() {
      return headers.getLength();
    }
  }
}
