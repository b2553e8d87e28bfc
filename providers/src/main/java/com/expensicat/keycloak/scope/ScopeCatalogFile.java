package com.expensicat.keycloak.scope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.keycloak.OAuth2Constants;
import org.keycloak.protocol.oidc.OIDCLoginProtocolFactory;

/**
 * Reads a catalog file: UTF-8, a header line, then one scope a line, its name, its description and,
 * where it is not the API's, the audience of its resource, divided by tabs. Empty lines and lines
 * that begin with {@code #} count for nothing.
 */
final class ScopeCatalogFile {

  static final String HEADER = "scope\tdescription";

  private static final String HEADER_WITH_RESOURCE = HEADER + "\tresource";

  /** The scope-token of RFC 6749 3.3, bounded by the name column of Keycloak's client scopes. */
  private static final Pattern SCOPE_TOKEN =
      Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,255}");

  private static final int LONGEST_DESCRIPTION = 255;

  /** Keycloak's own scopes; a catalog that named one would take it over. */
  private static final Set<String> RESERVED =
      Set.of(
          OAuth2Constants.SCOPE_OPENID,
          OAuth2Constants.SCOPE_PROFILE,
          OAuth2Constants.SCOPE_EMAIL,
          OAuth2Constants.SCOPE_ADDRESS,
          OAuth2Constants.SCOPE_PHONE,
          OAuth2Constants.OFFLINE_ACCESS,
          OIDCLoginProtocolFactory.ROLES_SCOPE,
          OIDCLoginProtocolFactory.WEB_ORIGINS_SCOPE,
          OIDCLoginProtocolFactory.MICROPROFILE_JWT_SCOPE,
          OIDCLoginProtocolFactory.ACR_SCOPE,
          OIDCLoginProtocolFactory.BASIC_SCOPE,
          "organization",
          "service_account");

  private ScopeCatalogFile() {}

  /**
   * Reads all scopes of a catalog file.
   *
   * @param name the file's name, for messages
   * @throws InvalidScopeCatalogException naming file and line, if the file is not a catalog
   * @throws IOException if it cannot be read
   */
  static List<CatalogScope> read(String name, Reader reader) throws IOException {
    BufferedReader lines = new BufferedReader(reader);
    Map<String, CatalogScope> scopes = new LinkedHashMap<>();
    boolean headerSeen = false;
    int columns = 0;
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (!headerSeen) {
        if (!HEADER.equals(line) && !HEADER_WITH_RESOURCE.equals(line)) {
          throw new InvalidScopeCatalogException(
              name, number, "the header 'scope<tab>description' is missing");
        }
        columns = line.split("\t", -1).length;
        headerSeen = true;
        continue;
      }
      CatalogScope scope = scope(name, number, line, columns);
      if (scopes.put(scope.name(), scope) != null) {
        throw new InvalidScopeCatalogException(
            name, number, "the scope '" + scope.name() + "' is there twice");
      }
    }
    if (scopes.isEmpty()) {
      throw new InvalidScopeCatalogException(name, number, "there is no scope in it");
    }
    return List.copyOf(scopes.values());
  }

  private static CatalogScope scope(String file, int number, String line, int most) {
    String[] columns = line.split("\t", -1);
    if (columns.length < 2 || columns.length > most) {
      throw new InvalidScopeCatalogException(
          file,
          number,
          most == 2
              ? "a scope and its description, divided by one tab, are expected"
              : "a scope, its description and a resource, divided by tabs, are expected");
    }
    String name = columns[0];
    String description = columns[1].strip();
    if (!SCOPE_TOKEN.matcher(name).matches()) {
      throw new InvalidScopeCatalogException(
          file, number, "'" + name + "' is not a scope-token (RFC 6749 3.3)");
    }
    if (RESERVED.contains(name)) {
      throw new InvalidScopeCatalogException(
          file, number, "'" + name + "' is one of Keycloak's own scopes");
    }
    if (description.isEmpty() || description.length() > LONGEST_DESCRIPTION) {
      throw new InvalidScopeCatalogException(
          file, number, "a description has 1 to " + LONGEST_DESCRIPTION + " characters");
    }
    Optional<String> resource =
        Arrays.stream(columns).skip(2).map(String::strip).filter(one -> !one.isEmpty()).findFirst();
    if (resource.filter(one -> !SCOPE_TOKEN.matcher(one).matches()).isPresent()) {
      throw new InvalidScopeCatalogException(
          file, number, "a resource is named by its audience, in printable ASCII without spaces");
    }
    return new CatalogScope(name, description, resource);
  }

  /** The scopes of {@code base}, with those of {@code more} in their place or after them. */
  static List<CatalogScope> extend(Collection<CatalogScope> base, Collection<CatalogScope> more) {
    Map<String, CatalogScope> scopes = new LinkedHashMap<>();
    base.forEach(scope -> scopes.put(scope.name(), scope));
    more.forEach(scope -> scopes.put(scope.name(), scope));
    return new ArrayList<>(scopes.values());
  }
}
