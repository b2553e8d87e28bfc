package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.util.JsonSerialization;

/** The realm export, as the jar holds it, and how a running realm differs from it. */
public final class RealmExport {

  /** The same file as in {@code realm-export/}. */
  private static final String FILE = "/expensicat-realm.json";

  /** The realm's name in the file. */
  private static final String NAME = "expensicat";

  /** The API's audience in the file. */
  private static final String AUDIENCE = "expensicat-api";

  private static final String DEFAULT_ROLE = "default-roles-" + NAME;

  /** A place for what differs between environments; Keycloak fills it in when it imports a file. */
  private static final Pattern PLACE = Pattern.compile("\\$\\{(EXPENSICAT_[A-Z_]+):(.*)}");

  private static final List<String> SECRETS = List.of("secret", "password");

  /** The file without the realm's name and without secrets. */
  private static final JsonNode CONTENT = read();

  private final RealmModel realm;
  private final String defaultRole;

  private RealmExport(RealmModel realm) {
    this.realm = realm;
    this.defaultRole = realm.getDefaultRole().getName();
  }

  private static JsonNode read() {
    try (InputStream file = RealmExport.class.getResourceAsStream(FILE)) {
      ObjectNode content = (ObjectNode) JsonSerialization.mapper.readTree(file);
      content.remove("realm");
      SECRETS.forEach(
          name -> content.findParents(name).forEach(member -> ((ObjectNode) member).remove(name)));
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where a realm is not what the export says, in the order of the paths. What the export says
   * nothing of is none of it, nor are ids and secrets. The realm's own name stands for that in the
   * file, and the pack's audience for its own.
   */
  public static List<RealmDifference> differences(KeycloakSession session, RealmModel realm) {
    RealmExport export = new RealmExport(realm);
    return new RealmComparison(export)
        .differences(CONTENT, new RunningRealm(session, realm).named(export));
  }

  /** The ids of the clients that the file names. */
  List<String> clients() {
    return StreamSupport.stream(CONTENT.path("clients").spliterator(), false)
        .map(client -> inRealm(client.path("clientId").asText()))
        .toList();
  }

  /** The realm's roles that the file names. */
  List<String> realmRoles() {
    return StreamSupport.stream(CONTENT.at("/roles/realm").spliterator(), false)
        .map(role -> inRealm(role.path("name").asText()))
        .toList();
  }

  /** A text of the file as it is in this realm. */
  String inRealm(String text) {
    return switch (text) {
      case DEFAULT_ROLE -> defaultRole;
      case AUDIENCE -> PackSettings.get().audience();
      default ->
          text.replace("/realms/" + NAME + "/", "/realms/" + realm.getName() + "/")
              .replace("/admin/" + NAME + "/", "/admin/" + realm.getName() + "/");
    };
  }

  /**
   * What is to be in the place of a placeholder: the value of the environment variable. Where this
   * server does not know it, it is whatever the import was told, but not the placeholder itself.
   *
   * @param text a text of the file
   * @param found what the realm has
   * @return empty for a text that is no placeholder
   */
  static Optional<String> filled(String text, String found) {
    Matcher place = PLACE.matcher(text);
    if (!place.matches()) {
      return Optional.empty();
    }
    String known = System.getenv(place.group(1));
    return Optional.of(
        known != null ? known : PLACE.matcher(found).matches() ? place.group(2) : found);
  }
}
