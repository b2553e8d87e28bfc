package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;

/** A look into a JWT, without a check of its signature. */
public final class Jwt {

  private Jwt() {}

  public static JsonNode claims(String jwt) throws ParseException {
    return Json.read(SignedJWT.parse(jwt).getPayload().toString()).orElseThrow();
  }
}
