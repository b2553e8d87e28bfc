package com.expensicat.keycloak.it.support.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parameters of a query or a form, in order, a name as often as wanted ({@code
 * application/x-www-form-urlencoded}, RFC 6749 appendix B). Immutable: each change is a copy.
 */
public record Parameters(List<Parameter> list) {

  /** One name with one value. */
  public record Parameter(String name, String value) {
    private String encoded() {
      return URLEncoder.encode(name, UTF_8) + '=' + URLEncoder.encode(value, UTF_8);
    }
  }

  public Parameters {
    list = List.copyOf(list);
  }

  /** Parameters out of names and values in turn. */
  public static Parameters of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("A name without a value: " + List.of(namesAndValues));
    }
    return new Parameters(
        IntStream.range(0, namesAndValues.length / 2)
            .mapToObj(i -> new Parameter(namesAndValues[2 * i], namesAndValues[2 * i + 1]))
            .toList());
  }

  /** The parameters of an encoded query or form; {@code null} has none. */
  public static Parameters decode(String encoded) {
    return new Parameters(
        Stream.ofNullable(encoded)
            .flatMap(query -> Stream.of(query.split("&", -1)))
            .filter(Predicate.not(String::isEmpty))
            .map(pair -> pair.split("=", 2))
            .map(pair -> new Parameter(decoded(pair[0]), pair.length > 1 ? decoded(pair[1]) : ""))
            .toList());
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  public String encoded() {
    return list.stream().map(Parameter::encoded).collect(joining("&"));
  }

  /** The first value of that name, or an exception that shows what is there instead. */
  public String get(String name) {
    return find(name).orElseThrow(() -> new NoSuchElementException(name + " is not in " + this));
  }

  /** The first value of that name. */
  public Optional<String> find(String name) {
    return all(name).stream().findFirst();
  }

  public List<String> all(String name) {
    return list.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
  }

  /** The distinct names in order. */
  public List<String> names() {
    return list.stream().map(Parameter::name).distinct().toList();
  }

  /** This value alone for that name, at the name's first place, or else at the end. */
  public Parameters with(String name, String value) {
    Parameter parameter = new Parameter(name, value);
    int place = (int) list.stream().takeWhile(p -> !p.name().equals(name)).count();
    Stream<Parameter> before = list.stream().limit(place);
    Stream<Parameter> after = list.stream().skip(place).filter(p -> !p.name().equals(name));
    return new Parameters(
        Stream.concat(before, Stream.concat(Stream.of(parameter), after)).toList());
  }

  /** One value more, at the end, whether or not the name is there. */
  public Parameters and(String name, String value) {
    return and(of(name, value));
  }

  public Parameters and(Parameters more) {
    return new Parameters(Stream.concat(list.stream(), more.list.stream()).toList());
  }

  public Parameters without(String name) {
    return without(p -> p.name().equals(name));
  }

  /** Without that one value, as an unticked checkbox of several. */
  public Parameters without(String name, String value) {
    return without(new Parameter(name, value)::equals);
  }

  private Parameters without(Predicate<Parameter> unwanted) {
    return new Parameters(list.stream().filter(unwanted.negate()).toList());
  }
}
