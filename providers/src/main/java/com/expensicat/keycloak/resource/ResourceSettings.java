package com.expensicat.keycloak.resource;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.scope.CatalogScope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.models.RealmModel;

/**
 * What the realm's attributes say of a protected resource, one for each property, such as {@code
 * expensicat.resource.expensicat-mcp.address}.
 *
 * @param audience its audience
 * @param name what people call it
 * @param address its address, as it is written
 * @param scopes the scopes that it takes; those that the catalog gives it unless set
 */
public record ResourceSettings(
    String audience,
    Optional<String> name,
    Optional<String> address,
    Optional<List<String>> scopes) {

  private static final String PREFIX = "expensicat.resource.";
  private static final String NAME = ".name";
  private static final String ADDRESS = ".address";
  private static final String SCOPES = ".scopes";
  private static final List<String> PROPERTIES = List.of(NAME, ADDRESS, SCOPES);

  /** A client id that stands in a claim, and in the name of an attribute, as it is. */
  private static final Pattern AUDIENCE = Pattern.compile("[\\x21-\\x7E]{1,200}");

  /**
   * Those of a realm, the API's first and then by their audiences.
   *
   * @param attributes the realm's
   * @param catalog the catalog, which may give scopes to resources that the realm says nothing of
   */
  public static List<ResourceSettings> all(
      Map<String, String> attributes, List<CatalogScope> catalog) {
    TreeSet<String> audiences = new TreeSet<>();
    catalog.forEach(scope -> scope.resource().ifPresent(audiences::add));
    for (String key : attributes.keySet()) {
      if (key.startsWith(PREFIX)) {
        PROPERTIES.stream()
            .filter(key::endsWith)
            .map(property -> key.length() - property.length())
            .filter(end -> end > PREFIX.length())
            .forEach(end -> audiences.add(key.substring(PREFIX.length(), end)));
      }
    }
    return Stream.concat(Stream.of(PackSettings.get().audience()), audiences.stream())
        .distinct()
        .map(audience -> of(attributes, audience))
        .toList();
  }

  private static ResourceSettings of(Map<String, String> attributes, String audience) {
    String key = PREFIX + audience;
    return new ResourceSettings(
        audience,
        text(attributes.get(key + NAME)),
        text(attributes.get(key + ADDRESS)),
        text(attributes.get(key + SCOPES)).map(names -> Arrays.asList(names.split(" +", -1))));
  }

  /** A text that says something. */
  public static Optional<String> text(String written) {
    return Optional.ofNullable(written).map(String::strip).filter(Predicate.not(String::isEmpty));
  }

  /**
   * What is wrong with these settings.
   *
   * @param catalog the catalog
   * @param others the resources beside which they are to stand
   * @return sentences for an admin
   */
  public List<String> flaws(List<CatalogScope> catalog, List<ProtectedResource> others) {
    return Stream.of(
            AUDIENCE.matcher(audience).matches()
                ? Stream.<String>empty()
                : Stream.of("The audience is not 1 to 200 characters of ASCII without spaces."),
            address.stream()
                .filter(Predicate.not(PackSettings::isAddress))
                .map(one -> "The address is not an absolute URI without query and fragment."),
            address.stream()
                .filter(PackSettings::isAddress)
                .flatMap(
                    own ->
                        others.stream()
                            .filter(other -> !other.audience().equals(audience))
                            .filter(other -> other.hasPathOf(own)))
                .map(
                    other ->
                        "The address has the path of that of %s, whose metadata is found by it."
                            .formatted(other.audience())),
            scopes.stream()
                .flatMap(List::stream)
                .filter(name -> catalog.stream().noneMatch(scope -> scope.name().equals(name)))
                .map("The catalog has no scope %s."::formatted))
        .flatMap(flaws -> flaws)
        .toList();
  }

  /** Writes them into the realm; what is absent is unset. */
  public void save(RealmModel realm) {
    set(realm, NAME, name);
    set(realm, ADDRESS, address);
    set(realm, SCOPES, scopes.map(names -> String.join(" ", names)));
  }

  private void set(RealmModel realm, String property, Optional<String> value) {
    String key = PREFIX + audience + property;
    value.ifPresentOrElse(text -> realm.setAttribute(key, text), () -> realm.removeAttribute(key));
  }
}
