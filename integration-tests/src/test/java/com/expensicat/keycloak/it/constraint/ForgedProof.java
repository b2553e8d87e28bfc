package com.expensicat.keycloak.it.constraint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.DPoPKey;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A DPoP proof as the table of bad ones writes it, each column a change of a good one.
 *
 * <ul>
 *   <li>Header and claims are an object in single quotes whose members go over those of the good
 *       one; a {@code null} takes a member out. {@code $now-60} is a time, {@code $htu} the good
 *       address, {@code $private}, {@code $other} and {@code $mislabelled} a JWK.
 *   <li>The signature is {@code none}, {@code zeros} or, if empty, that of the key.
 *   <li>What is sent is a word for each {@code DPoP} header: {@code $p} the proof, {@code -} none.
 * </ul>
 */
record ForgedProof(String header, String claims, String signature, String sent) {

  private static final Pattern NOW = Pattern.compile("\\$now([+-]\\d+)");

  /** The headers to send for that good proof. */
  Parameters headers(DPoPKey key, URI htu, String good) {
    String forged = forge(key, htu, good);
    Parameters headers = Parameters.of();
    for (String word : sent.isEmpty() ? List.of("$p") : List.of(sent.split(" ", -1))) {
      if (!word.equals("-")) {
        headers = headers.and("DPoP", word.equals("empty") ? "" : word.replace("$p", forged));
      }
    }
    return headers;
  }

  private String forge(DPoPKey key, URI htu, String good) {
    String[] parts = good.split("\\.", -1);
    String input =
        Stream.of(changed(parts[0], header, key, htu), changed(parts[1], claims, key, htu))
            .reduce((first, second) -> first + '.' + second)
            .orElseThrow();
    byte[] signed =
        switch (signature) {
          case "" -> key.key().sign(input);
          case "none" -> new byte[0];
          case "zeros" -> new byte[64];
          default -> throw new IllegalArgumentException(signature);
        };
    return input + '.' + SigningKey.base64url(signed);
  }

  private static String changed(String part, String change, DPoPKey key, URI htu) {
    ObjectNode object = Json.object(new String(Base64.getUrlDecoder().decode(part), UTF_8));
    if (!change.isEmpty()) {
      Json.object(filled(change, key, htu))
          .properties()
          .forEach(
              member -> {
                if (member.getValue().isNull()) {
                  object.remove(member.getKey());
                } else {
                  object.set(member.getKey(), member.getValue());
                }
              });
    }
    return SigningKey.base64url(Json.write(object).getBytes(UTF_8));
  }

  private static String filled(String change, DPoPKey key, URI htu) {
    return NOW.matcher(change)
        .replaceAll(
            now ->
                Matcher.quoteReplacement(
                    Long.toString(Instant.now().getEpochSecond() + Long.parseLong(now.group(1)))))
        .replace("$htu", htu.toString())
        .replace("$authority", htu.getRawAuthority())
        .replace("$private", Json.write(key.privateJwk()))
        .replace("$mislabelled", Json.write(key.publicJwk().put("alg", "ES384")))
        .replace("$other", Json.write(DPoPKey.random().publicJwk()));
  }
}
