package com.expensicat.keycloak.endpoint;

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
import org.keycloak.http.FormPartValue;
import org.keycloak.http.HttpRequest;

/**
 * A request whose form parameters are those of its body, be it a form or a JSON object. Parameters
 * without a value count as absent (RFC 6749 3.1, 3.2).
 */
final class BodyRequest implements HttpRequest {

  private final HttpRequest request;
  private final HttpHeaders headers;
  private MultivaluedMap<String, String> parameters;

  private BodyRequest(
      HttpRequest request, HttpHeaders headers, MultivaluedMap<String, String> parameters) {
    this.request = request;
    this.headers = headers;
    this.parameters = parameters;
  }

  /** A request with a form in its body. */
  static BodyRequest ofForm(HttpRequest request) {
    return new BodyRequest(request, request.getHttpHeaders(), null);
  }

  /**
   * A request with a JSON object in its body. Its headers report a form, because Keycloak's client
   * authenticators look for {@code client_id} only where the media type is that of a form.
   *
   * @param parameters the object's members
   */
  static BodyRequest ofJson(HttpRequest request, MultivaluedMap<String, String> parameters) {
    return new BodyRequest(request, new FormHeaders(request.getHttpHeaders()), parameters);
  }

  @Override
  public MultivaluedMap<String, String> getDecodedFormParameters() {
    if (parameters == null) {
      parameters = withValues(request.getDecodedFormParameters());
    }
    return parameters;
  }

  private static MultivaluedMap<String, String> withValues(MultivaluedMap<String, String> form) {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    for (Map.Entry<String, List<String>> parameter : form.entrySet()) {
      for (String value : parameter.getValue()) {
        if (!value.isEmpty()) {
          parameters.add(parameter.getKey(), value);
        }
      }
    }
    return parameters;
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
