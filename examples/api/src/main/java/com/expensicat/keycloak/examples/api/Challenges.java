package com.expensicat.keycloak.examples.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.resource.BearerTokenErrorCodes;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says to whom a request is refused what is missing: a token (401) or a scope (403), which one, and
 * where to get it (RFC 6750 3, RFC 9449 7.1, RFC 9728 5.1). Why a token is not valid stays unsaid.
 */
@Component
class Challenges implements AuthenticationEntryPoint, AccessDeniedHandler {

  private final ApiSettings settings;
  private final JsonMapper json;

  Challenges(ApiSettings settings, JsonMapper json) {
    this.settings = settings;
    this.json = json;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    refuse(request, response, HttpStatus.UNAUTHORIZED, error(request, failure));
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
      throws IOException {
    refuse(request, response, HttpStatus.FORBIDDEN, BearerTokenErrorCodes.INSUFFICIENT_SCOPE);
  }

  /** Empty where no token was sent. */
  private static String error(HttpServletRequest request, AuthenticationException failure) {
    if (!(failure instanceof OAuth2AuthenticationException refusal)) {
      return "";
    }
    String code = refusal.getError().getErrorCode();
    if (!code.equals(OAuth2ErrorCodes.INVALID_REQUEST)) {
      return code;
    }
    return isDPoP(request)
        ? OAuth2ErrorCodes.INVALID_DPOP_PROOF
        : BearerTokenErrorCodes.INVALID_TOKEN;
  }

  private static boolean isDPoP(HttpServletRequest request) {
    return StringUtils.startsWithIgnoreCase(request.getHeader(HttpHeaders.AUTHORIZATION), "DPoP ");
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, HttpStatus status, String error)
      throws IOException {
    StringBuilder challenge =
        new StringBuilder(isDPoP(request) ? "DPoP" : "Bearer").append(" realm=\"expensicat-api\"");
    if (!error.isEmpty()) {
      challenge.append(attribute("error", error));
    }
    Endpoint.of(request)
        .ifPresent(endpoint -> challenge.append(attribute("scope", endpoint.scope())));
    challenge.append(attribute("resource_metadata", settings.metadataUrl()));
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, challenge.toString());
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(json.writeValueAsBytes(ErrorBody.of(status)));
  }

  private static String attribute(String name, String value) {
    return ", " + name + "=\"" + value + "\"";
  }
}
