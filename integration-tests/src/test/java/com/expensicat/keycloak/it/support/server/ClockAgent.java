package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Has the clock of a server go wrong, as Java's agent in it. */
public final class ClockAgent implements ClassFileTransformer {

  private static final String CLOCK = "org/keycloak/common/util/Time";

  private final int offset;

  private ClockAgent(int offset) {
    this.offset = offset;
  }

  /** What {@code java} is told so that the server's clock is so many seconds ahead. */
  static String option(int seconds) {
    try {
      Path jar = Files.createTempFile(Artifacts.SERVERS, "clock-", ".jar");
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().putValue("Premain-Class", ClockAgent.class.getName());
      String name = ClockAgent.class.getName().replace('.', '/') + ".class";
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
          InputStream code = ClockAgent.class.getClassLoader().getResourceAsStream(name)) {
        out.putNextEntry(new JarEntry(name));
        code.transferTo(out);
      }
      return "-javaagent:" + jar + "=" + seconds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Java calls it in the server. */
  public static void premain(String seconds, Instrumentation server) {
    server.addTransformer(new ClockAgent(Integer.parseInt(seconds)));
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (CLOCK.equals(name)) {
      // It can be used only once it is there.
      new Thread(() -> set(loader), "clock").start();
    }
    return null;
  }

  private void set(ClassLoader loader) {
    try {
      Class.forName(CLOCK.replace('/', '.'), true, loader)
          .getMethod("setOffset", int.class)
          .invoke(null, offset);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
