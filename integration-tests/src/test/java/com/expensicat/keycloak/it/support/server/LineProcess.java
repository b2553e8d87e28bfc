package com.expensicat.keycloak.it.support.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process of this machine that is told what to do by a JSON object a line, the step's name in
 * {@code do}, and answers each with one. It sees nothing of this one's environment but its paths.
 */
public final class LineProcess implements AutoCloseable {

  private static final int LONGEST_ANSWER_SECONDS = 60;
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME");

  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;
  private final Path errors;

  private LineProcess(Process process, Path errors) {
    this.process = process;
    this.in = process.outputWriter(UTF_8);
    this.out = process.inputReader(UTF_8);
    this.errors = errors;
  }

  public static LineProcess start(Path folder, List<String> command) {
    try {
      Path errors = Files.createTempFile(Artifacts.SERVERS, "client-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
      builder.environment().keySet().retainAll(ENVIRONMENT);
      return new LineProcess(builder.start(), errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has a step done; an assertion error with what the process complained of where it ends. */
  public JsonNode ask(String step, ObjectNode given) {
    try {
      in.write(Json.write(given.deepCopy().put("do", step)));
      in.newLine();
      in.flush();
      String answer =
          CompletableFuture.supplyAsync(this::line).get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
      return Json.read(answer).orElseThrow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new AssertionError("No answer to " + step + ":\n" + errors(), e);
    }
  }

  public JsonNode ask(String step) {
    return ask(step, Json.object("{}"));
  }

  private String line() {
    try {
      return Optional.ofNullable(out.readLine()).orElseThrow(EOFException::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String errors() {
    return Programs.printed(errors);
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
