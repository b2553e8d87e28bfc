package com.expensicat.keycloak;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.floor.PushedParametersFuzz;
import com.expensicat.keycloak.http.BasicCredentialsFuzz;
import com.expensicat.keycloak.http.JsonParametersFuzz;
import com.expensicat.keycloak.scope.ScopeCatalogFileFuzz;
import com.expensicat.keycloak.session.issuer.JwkSetFuzz;
import com.expensicat.keycloak.session.verification.SessionVerifierFuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All readers at once, for a short run: Jazzer fuzzes one target a process, and takes seconds to
 * begin. The first byte of an input says which reader the others are for.
 */
class ReadersFuzz {

  private static final Map<Class<?>, Bounds.Reader> READERS =
      Map.of(
          BasicCredentialsFuzz.class, BasicCredentialsFuzz::read,
          JsonParametersFuzz.class, JsonParametersFuzz::read,
          PushedParametersFuzz.class, PushedParametersFuzz::read,
          ScopeCatalogFileFuzz.class, ScopeCatalogFileFuzz::read,
          JwkSetFuzz.class, JwkSetFuzz::read,
          SessionVerifierFuzz.class, SessionVerifierFuzz::read);

  private static final List<Class<?>> ORDER =
      READERS.keySet().stream().sorted((a, b) -> a.getName().compareTo(b.getName())).toList();

  @MethodSource("corpus")
  @FuzzTest
  void eachReaderKeepsWhatItDeclares(byte[] input) throws Exception {
    if (input.length > 0) {
      Class<?> reader = ORDER.get(Math.floorMod(input[0], ORDER.size()));
      READERS.get(reader).read(Arrays.copyOfRange(input, 1, input.length));
    }
  }

  /** The corpus of every reader. */
  static Stream<byte[]> corpus() {
    return ORDER.stream().flatMap(ReadersFuzz::corpusOf);
  }

  private static Stream<byte[]> corpusOf(Class<?> reader) {
    Path inputs = Path.of("src/test/resources", reader.getName().replace('.', '/') + "Inputs");
    try (Stream<Path> files = Files.walk(inputs)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream()
          .map(file -> input(ORDER.indexOf(reader), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] input(int reader, Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      byte[] input = new byte[content.length + 1];
      input[0] = (byte) reader;
      System.arraycopy(content, 0, input, 1, content.length);
      return input;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
