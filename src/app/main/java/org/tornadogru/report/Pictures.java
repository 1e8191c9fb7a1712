package org.tornadogru.report;

import java.io.IOException;
import java.util.function.Consumer;
import org.tornadogru.nn.InvalidInputException;

/** Drawing pictures, which a run can do without. */
public final class Pictures {

  /** What draws, and writes to a file. */
  @FunctionalInterface
  public interface Drawing {
    void draw() throws IOException;
  }

  private Pictures() {}

  /**
   * Draws. Whatever goes wrong is a line, and not the end of the run: Java throws errors of many
   * kinds where a font or a library of the system is missing.
   *
   * @param name of the picture, for the line
   * @param warnings gets the line
   * @return whether all went well
   */
  public static boolean attempt(String name, Drawing drawing, Consumer<String> warnings) {
    try {
      drawing.draw();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      String reason = e instanceof InvalidInputException ? e.getMessage() : e.toString();
      warnings.accept("%s is missing: %s".formatted(name, reason.replaceAll("\\s+", " ")));
      return false;
    }
  }
}
