package com.expensicat.keycloak.examples.api;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Has Spring MVC serve the table of endpoints, and nothing beside it. */
@Component
class Routes {

  Routes(RequestMappingHandlerMapping mapping, ItemStore store) {
    for (Endpoint endpoint : Endpoint.values()) {
      RequestMappingInfo.Builder requests =
          RequestMappingInfo.paths(endpoint.path())
              .methods(endpoint.method())
              .produces(MediaType.APPLICATION_JSON_VALUE)
              .options(mapping.getBuilderConfiguration());
      if (endpoint.operation() == Operation.ADD) {
        requests.consumes(MediaType.APPLICATION_JSON_VALUE);
      }
      mapping.registerMapping(
          requests.build(),
          new ItemController(store, endpoint.kind()),
          handler(endpoint.operation()));
    }
  }

  private static Method handler(Operation operation) {
    String name = operation.name().toLowerCase(Locale.ROOT);
    return Stream.of(ItemController.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
