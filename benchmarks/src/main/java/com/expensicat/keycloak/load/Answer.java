package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of a server.
 *
 * @param head status line and headers, a line each
 * @param body of any media type, its bytes as ISO 8859-1
 */
record Answer(int status, String head, String body) {

  private static final String LINE = "\r\n";
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int NO_CONTENT = 204;

  /** The answer in the first bytes of an array, once it is complete (RFC 9112 6.3). */
  static Optional<Answer> read(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, ISO_8859_1);
    int end = text.indexOf(END_OF_HEAD);
    if (end < 0) {
      return Optional.empty();
    }
    String head = text.substring(0, end + LINE.length());
    String rest = text.substring(end + END_OF_HEAD.length());
    int status = Integer.parseInt(head.substring(9, 12));
    if (status == NO_CONTENT) {
      return Optional.of(new Answer(status, head, ""));
    }
    if (header(head, "Transfer-Encoding").equals("chunked")) {
      return chunks(rest).map(body -> new Answer(status, head, body));
    }
    String stated = header(head, "Content-Length");
    return rest.length() < (stated.isEmpty() ? 0 : Integer.parseInt(stated))
        ? Optional.empty()
        : Optional.of(new Answer(status, head, rest));
  }

  /** A body in chunks (RFC 9112 7.1), once the last has come. */
  private static Optional<String> chunks(String text) {
    StringBuilder body = new StringBuilder();
    int at = 0;
    while (true) {
      int line = text.indexOf(LINE, at);
      if (line < 0) {
        return Optional.empty();
      }
      int size = Integer.parseInt(text.substring(at, line), 16);
      int end = line + LINE.length() + size;
      if (text.length() < end + LINE.length()) {
        return Optional.empty();
      }
      if (size == 0) {
        return Optional.of(body.toString());
      }
      body.append(text, line + LINE.length(), end);
      at = end + LINE.length();
    }
  }

  /** The first header of that name, or an empty text. */
  String header(String name) {
    return header(head, name);
  }

  private static String header(String head, String name) {
    int at = find(head, name, 0);
    return at < 0 ? "" : value(head, name, at);
  }

  private static int find(String head, String name, int from) {
    for (int at = head.indexOf(LINE, from); at >= 0; at = head.indexOf(LINE, at + 1)) {
      if (head.regionMatches(true, at + LINE.length(), name + ':', 0, name.length() + 1)) {
        return at;
      }
    }
    return -1;
  }

  private static String value(String head, String name, int at) {
    int start = at + LINE.length() + name.length() + 1;
    return head.substring(start, head.indexOf(LINE, start)).strip();
  }

  /** Keeps what the answer's cookies say. */
  void keepCookies(Map<String, String> cookies) {
    String name = "Set-Cookie";
    for (int at = find(head, name, 0); at >= 0; at = find(head, name, at + 1)) {
      keepCookie(value(head, name, at), cookies);
    }
  }

  /** Keeps a cookie, or forgets it where it has ended. */
  static void keepCookie(String cookie, Map<String, String> cookies) {
    String[] pair = cookie.replaceFirst(";.*", "").split("=", 2);
    if (pair[1].isEmpty() || cookie.toLowerCase(Locale.ROOT).contains("max-age=0")) {
      cookies.remove(pair[0]);
    } else {
      cookies.put(pair[0], pair[1]);
    }
  }

  /** A member of a JSON object that is a string without escapes. */
  String text(String member) throws WrongAnswerException {
    int name = body.indexOf('"' + member + '"');
    int start = body.indexOf('"', name + member.length() + 2);
    int end = body.indexOf('"', start + 1);
    if (name < 0 || start < 0 || end < 0) {
      throw new WrongAnswerException("No " + member, this);
    }
    return body.substring(start + 1, end);
  }
}
