package com.expensicat.keycloak;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All texts in compiled classes: what the code can say, and the names in it. They stand in each
 * class's constant pool (Java Virtual Machine Specification, 4.4).
 */
final class ClassTexts {

  private static final int UTF_8 = 1;

  private ClassTexts() {}

  /** The texts of all classes that come from the same folder or jar as this one. */
  static Set<String> besides(Class<?> type) throws Exception {
    URI source = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    if (Files.isDirectory(Path.of(source))) {
      return below(Path.of(source));
    }
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(source))) {
      return below(jar.getPath("/"));
    }
  }

  private static Set<String> below(Path folder) throws IOException {
    Set<String> texts = new HashSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .forEach(file -> addTexts(file, texts));
    }
    return texts;
  }

  private static void addTexts(Path file, Set<String> texts) {
    try (InputStream bytes = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(bytes)) {
      in.skipNBytes(8);
      int entries = in.readUnsignedShort() - 1;
      while (entries > 0) {
        int tag = in.readUnsignedByte();
        if (tag == UTF_8) {
          texts.add(in.readUTF());
        } else {
          in.skipNBytes(length(tag));
        }
        entries -= tag == 5 || tag == 6 ? 2 : 1; // a long or double counts twice
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** How many bytes there are after the tag. */
  private static int length(int tag) {
    return switch (tag) {
      case 5, 6 -> 8;
      case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
      case 15 -> 3;
      case 7, 8, 16, 19, 20 -> 2;
      default -> throw new IllegalArgumentException("tag " + tag);
    };
  }
}
