package org.tornadogru.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.tornadogru.file.Leftovers;

/**
 * The font of the pictures, Roboto. It comes with the program, since GPU nodes and slim containers
 * have no fonts, and nothing with text can be drawn there.
 *
 * <p>Java has names of its own for fonts, such as {@link java.awt.Font#SANS_SERIF}. What is behind
 * them it asks the library fontconfig on Linux, unless a system property names a file that says so.
 * Elsewhere the system always has fonts. Letters that are not Latin, Greek or Cyrillic become
 * boxes.
 */
public final class PictureFont {

  /** Read by Java when it first looks for a font. */
  private static final String CONFIGURATION = "sun.awt.fontconfig";

  private static final String RESOURCES = "/com/formdev/flatlaf/fonts/roboto/";
  private static final List<String> WEIGHTS = List.of("Regular", "Bold");

  private static final List<String> LOGICAL_FONTS =
      List.of("serif", "sansserif", "monospaced", "dialog", "dialoginput");

  /** Open as long as this process lives. */
  private static Leftovers.Held held;

  private PictureFont() {}

  /**
   * Has Java's own names of fonts mean this one. To be called before anything is drawn; does
   * nothing where someone else has said what they mean.
   */
  public static synchronized void provide() {
    if (!System.getProperty("os.name").equals("Linux")
        || System.getProperty(CONFIGURATION) != null) {
      return;
    }
    try {
      System.setProperty(CONFIGURATION, writeConfiguration().toString());
    } catch (IOException e) {
      // The machine's own fonts will have to do.
    }
  }

  /** Files that stay as long as this process does, since Java reads a font when it needs to. */
  private static Path writeConfiguration() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    held = new Leftovers(temporary, "tornado-gru-font-", ".held").create();
    held.path().toFile().deleteOnExit(); // the last one registered goes first
    Properties properties = new Properties();
    properties.setProperty("version", "1");
    properties.setProperty("sequence.allfonts", "latin-1");
    for (String weight : WEIGHTS) {
      Path font = file(weight + ".ttf");
      font.toFile().deleteOnExit();
      copy(RESOURCES + "Roboto-" + weight + ".ttf", font);
      properties.setProperty("filename." + weight, font.toString());
    }
    for (String font : LOGICAL_FONTS) {
      properties.setProperty(font + ".plain.latin-1", "Regular");
      properties.setProperty(font + ".italic.latin-1", "Regular");
      properties.setProperty(font + ".bold.latin-1", "Bold");
      properties.setProperty(font + ".bolditalic.latin-1", "Bold");
    }
    Path configuration = file("fontconfig.properties");
    configuration.toFile().deleteOnExit();
    try (OutputStream out = Files.newOutputStream(configuration)) {
      properties.store(out, null);
    }
    return configuration;
  }

  private static Path file(String name) {
    return held.path().resolveSibling("%s.%s".formatted(held.path().getFileName(), name));
  }

  private static void copy(String resource, Path file) throws IOException {
    try (InputStream in = PictureFont.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      Files.copy(in, file);
    }
  }
}
