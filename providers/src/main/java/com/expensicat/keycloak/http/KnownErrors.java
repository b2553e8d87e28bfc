package com.expensicat.keycloak.http;

import com.expensicat.keycloak.JarTable;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What clients and admins are told when something is refused: the lines of {@code errors.tsv}, of
 * which the guide has the codes and {@code docs/errors.md} all.
 */
public final class KnownErrors {

  /** The member, or parameter, that leads to the guide (RFC 6749 4.1.2.1, 5.2). */
  public static final String URI_PARAMETER = "error_uri";

  /** All of it, in the order of the file. */
  static final List<KnownError> ALL = JarTable.read("/errors.tsv", KnownError::of);

  /** What clients find in {@code error}. */
  private static final List<KnownError> CODES =
      ALL.stream().filter(error -> error.kind() == Kind.ERROR).toList();

  private static final Set<String> NAMES =
      CODES.stream().map(KnownError::name).collect(Collectors.toUnmodifiableSet());

  private KnownErrors() {}

  /** What a line is about. */
  public enum Kind {
    /** A value of {@code error} (RFC 6749 4.1.2.1, 5.2). */
    ERROR,
    /** A text of {@code error_description}, or what it begins or ends with. */
    TEXT,
    /** The {@code reason} in an event. */
    REASON
  }

  /**
   * A line.
   *
   * @param name the code or the text
   * @param where of a code where it is answered, of a text with which codes; else empty
   * @param why what is wrong
   * @param mend what to do about it
   */
  public record KnownError(Kind kind, String name, String where, String why, String mend) {

    private static KnownError of(String[] columns) {
      return new KnownError(
          Kind.valueOf(columns[0].toUpperCase(Locale.ROOT)),
          columns[1],
          columns[2],
          columns[3],
          columns[4]);
    }
  }

  /** The codes, for the guide. */
  public static List<KnownError> codes() {
    return CODES;
  }

  /**
   * Where the guide tells of a code.
   *
   * @param baseUri of the server
   */
  public static String uri(URI baseUri, String code) {
    String guide = Addresses.ofGuide(baseUri);
    return NAMES.contains(code) ? guide + "#error-" + code : guide;
  }
}
