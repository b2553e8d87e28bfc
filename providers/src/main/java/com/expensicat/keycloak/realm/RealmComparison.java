package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.realm.RealmDifference.Kind;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keycloak.util.JsonSerialization;

/**
 * Compares what a realm is to be with what it is: all that the first says has to be in the second,
 * which may say more. The members of a list of objects are found by their names. A list of texts is
 * one value, in any order, unless it names what an admin may have more of.
 */
final class RealmComparison {

  /** What the members of a list of objects are called by: the first of these that they have. */
  private static final List<String> NAMES =
      List.of(
          "clientId",
          "name",
          "alias",
          "client",
          "clientScope",
          "executor",
          "condition",
          "providerId");

  /** Lists to which an admin may add what is his own. */
  private static final Set<String> OPEN_LISTS =
      Set.of(
          "defaultDefaultClientScopes",
          "defaultOptionalClientScopes",
          "defaultClientScopes",
          "optionalClientScopes",
          "eventsListeners");

  private final RealmExport export;
  private final List<RealmDifference> found = new ArrayList<>();

  RealmComparison(RealmExport export) {
    this.export = export;
  }

  List<RealmDifference> differences(JsonNode expected, JsonNode actual) {
    compare("", expected, actual);
    return found.stream().sorted(Comparator.comparing(RealmDifference::path)).toList();
  }

  private void compare(String path, JsonNode expected, JsonNode actual) {
    if (expected.isObject()) {
      compareObject(path, expected, actual);
    } else if (expected.isArray()) {
      compareList(path, expected, actual);
    } else {
      compareValue(path, expected, actual);
    }
  }

  /** Of an object that is missing altogether not each member is told. */
  private void compareObject(String path, JsonNode expected, JsonNode actual) {
    if (actual.isObject()) {
      compareMembers(path, expected, actual);
      return;
    }
    RealmComparison inside = new RealmComparison(export);
    inside.compareMembers(path, expected, actual);
    if (!inside.found.isEmpty()) {
      add(path, expected, actual);
    }
  }

  private void compareMembers(String path, JsonNode expected, JsonNode actual) {
    expected
        .properties()
        .forEach(
            member ->
                compare(
                    at(path, member.getKey()), member.getValue(), actual.path(member.getKey())));
  }

  private void compareList(String path, JsonNode expected, JsonNode actual) {
    if (expected.path(0).isObject()) {
      expected.forEach(member -> compareMember(path, member, actual));
    } else if (OPEN_LISTS.contains(path.substring(path.lastIndexOf('/') + 1))) {
      texts(expected)
          .filter(text -> texts(actual).noneMatch(text::equals))
          .forEach(text -> add(at(path, text), TextNode.valueOf(text), MissingNode.getInstance()));
    } else if (expected.size() == 1 && actual.size() == 1) {
      compareValue(path, expected.get(0), actual.get(0));
    } else if (!texts(expected)
        .map(export::inRealm)
        .sorted()
        .toList()
        .equals(texts(actual).sorted().toList())) {
      add(path, expected, actual);
    }
  }

  private void compareMember(String path, JsonNode expected, JsonNode list) {
    String key = NAMES.stream().filter(expected::has).findFirst().orElseThrow();
    String name = export.inRealm(expected.path(key).asText());
    compare(
        at(path, name),
        expected,
        StreamSupport.stream(list.spliterator(), false)
            .filter(member -> member.path(key).asText().equals(name))
            .findFirst()
            .orElse(MissingNode.getInstance()));
  }

  private void compareValue(String path, JsonNode expected, JsonNode actual) {
    String text = export.inRealm(expected.asText());
    Optional<JsonNode> inText = json(text);
    if (inText.isPresent()) {
      compare(path, inText.get(), json(actual.asText()).orElse(actual));
      return;
    }
    String wanted = RealmExport.filled(text, actual.asText()).orElse(text);
    if (!wanted.equals(actual.asText())) {
      add(path, wanted.equals(expected.asText()) ? expected : TextNode.valueOf(wanted), actual);
    }
  }

  /** An object that is kept as a text, as the user profile is. */
  private static Optional<JsonNode> json(String text) {
    try {
      return text.startsWith("{")
          ? Optional.of(JsonSerialization.mapper.readTree(text))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }

  private static String at(String path, String name) {
    return path + '/' + name.replace("~", "~0").replace("/", "~1");
  }

  private void add(String path, JsonNode expected, JsonNode actual) {
    boolean missing = actual.isMissingNode() || actual.isNull();
    found.add(
        new RealmDifference(
            path,
            missing ? Kind.MISSING : Kind.CHANGED,
            expected,
            missing ? NullNode.getInstance() : actual));
  }
}
