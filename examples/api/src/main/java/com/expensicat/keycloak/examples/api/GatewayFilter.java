package com.expensicat.keycloak.examples.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UriUtils;

/**
 * Takes the word of a gateway on this machine for who comes: the answer of {@code check}, in {@code
 * X-Auth-Request-*}. Whoever else reaches this port could say the same.
 */
final class GatewayFilter extends OncePerRequestFilter {

  private static final String HEADER = "X-Auth-Request-";

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()
        && !said(request, "User").isEmpty()) {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(authentication(request));
      SecurityContextHolder.setContext(context);
    }
    chain.doFilter(request, response);
  }

  private static Authentication authentication(HttpServletRequest request) {
    return new PreAuthenticatedAuthenticationToken(
        Caller.of(said(request, "Org"), said(request, "Subject"), said(request, "User")),
        null,
        Stream.of(said(request, "Scope").split(" ", -1))
            .map(scope -> new SimpleGrantedAuthority(Security.AUTHORITY + scope))
            .toList());
  }

  /** What is not plain ASCII is percent-encoded. */
  private static String said(HttpServletRequest request, String what) {
    return UriUtils.decode(Objects.toString(request.getHeader(HEADER + what), ""), UTF_8);
  }
}
