package com.expensicat.keycloak.examples.api;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Dresses every error alike, whoever comes upon it; what is our own fault goes into the log. */
@RestControllerAdvice
@RestController
class Errors extends ResponseEntityExceptionHandler implements ErrorController {

  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

  /** Spring MVC's own: no such address, method or media type, a body that cannot be read. */
  @Override
  protected ResponseEntity<Object> handleExceptionInternal(
      Exception exception,
      Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String reason =
        exception instanceof ResponseStatusException refusal ? refusal.getReason() : null;
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_JSON)
        .body(reason == null ? ErrorBody.of(status) : ErrorBody.of(status, reason));
  }

  /** Spring Security makes its own answers of its exceptions. */
  @ExceptionHandler
  ResponseEntity<ErrorBody> unforeseen(Exception exception)
      throws AccessDeniedException, AuthenticationException {
    if (exception instanceof AccessDeniedException denied) {
      throw denied;
    }
    if (exception instanceof AuthenticationException failed) {
      throw failed;
    }
    LOG.error("A request failed", exception);
    return answer(HttpStatus.INTERNAL_SERVER_ERROR);
  }

  /** What is refused before Spring MVC has it. */
  @RequestMapping("/error")
  ResponseEntity<ErrorBody> outside(HttpServletRequest request) {
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION)
        instanceof AuthenticationServiceException) {
      return answer(HttpStatus.SERVICE_UNAVAILABLE);
    }
    return answer(
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
            ? HttpStatusCode.valueOf(status)
            : HttpStatus.NOT_FOUND);
  }

  private static ResponseEntity<ErrorBody> answer(HttpStatusCode status) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(ErrorBody.of(status));
  }
}
