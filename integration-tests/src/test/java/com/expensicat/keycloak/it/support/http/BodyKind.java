package com.expensicat.keycloak.it.support.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How the parameters of a request go into its body. */
public enum BodyKind {
  FORM("application/x-www-form-urlencoded") {
    @Override
    public String body(Parameters parameters) {
      return parameters.encoded();
    }
  },

  /**
   * One flat object of strings, as the guide shows it; a name that repeats keeps its last value.
   */
  JSON("application/json") {
    @Override
    public String body(Parameters parameters) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      parameters.list().forEach(parameter -> object.put(parameter.name(), parameter.value()));
      return Json.write(object);
    }
  };

  private final String mediaType;

  BodyKind(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  public abstract String body(Parameters parameters);
}
