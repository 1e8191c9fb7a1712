package org.tornadogru.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;

/**
 * What the gates of a GRU did while it read one sequence, as a page, a picture or a table.
 *
 * @param title what was read, in words
 * @param walks each a layer in one direction, at least one
 */
public record GatesReport(String title, List<GateMap> walks) {

  private static final String INTRODUCTION =
      """
      <p>A column is what was read in a step, and a row a unit. Near 1, the reset gate r lets the candidate n see the state
      h before it; the update gate z keeps that state. Near 0, the one forgets it for the candidate alone, and the other
      replaces it by the candidate. Units are sorted by their mean z: those on top keep their state the longest. Point at a
      map for its values.</p>
      """;

  /** What it can be written as. */
  public enum Format {
    /** A page that needs nothing beside it, with the values under the pointer. */
    HTML(5_000),
    /** The heat maps. */
    PNG(1_000),
    /** All values. */
    CSV(Integer.MAX_VALUE);

    private final int mostSteps;

    Format(int mostSteps) {
      this.mostSteps = mostSteps;
    }

    /** The end of its files' names. */
    public String ending() {
      return "." + name().toLowerCase(Locale.ROOT);
    }

    /**
     * The format that a file's name asks for.
     *
     * @throws InvalidInputException if it asks for none
     */
    public static Format ofName(Path file) {
      String name = String.valueOf(file.getFileName());
      return Arrays.stream(values())
          .filter(format -> name.endsWith(format.ending()))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "%s tells no format: give a file that ends in one of %s"
                          .formatted(file, endings())));
    }

    private static String endings() {
      return Arrays.stream(values()).map(Format::ending).collect(Collectors.joining(", "));
    }
  }

  public GatesReport {
    walks = List.copyOf(walks);
  }

  /**
   * What gates did over a text.
   *
   * @param walks of a batch of one
   * @param symbols what was read, as the vocabulary has them, [T]
   */
  public static GatesReport ofText(
      String title, GruConfig config, List<Gates> walks, List<String> symbols) {
    return of(title, config, walks, symbols.stream().map(Symbol::of).toList());
  }

  /**
   * What gates did over a sequence of vectors.
   *
   * @param walks of a batch of one
   */
  public static GatesReport ofVectors(String title, GruConfig config, List<Gates> walks) {
    int steps = walks.getFirst().steps();
    return of(title, config, walks, IntStream.range(0, steps).mapToObj(Symbol::of).toList());
  }

  private static GatesReport of(
      String title, GruConfig config, List<Gates> walks, List<Symbol> read) {
    return new GatesReport(
        title,
        walks.stream().map(gates -> new GateMap(config, new GateNumbers(gates, read))).toList());
  }

  /** How many gates are saturated, a line for each gate of each layer and direction. */
  public List<String> saturation() {
    return walks.stream()
        .flatMap(walk -> walk.saturation().stream().map(line -> walk.title() + ", " + line))
        .toList();
  }

  /**
   * Writes the file.
   *
   * @throws InvalidInputException if it cannot be written, or has more steps than anybody could
   *     look at
   */
  public void save(Path file, Format format) {
    int steps = walks.getFirst().numbers().gates().steps();
    if (steps > format.mostSteps) {
      throw new InvalidInputException(
          "%,d steps are too many for %s, which takes %,d: give a shorter text, or choose %s"
              .formatted(steps, format.ending(), format.mostSteps, Format.CSV.ending()));
    }
    try {
      switch (format) {
        case HTML -> page().write(file);
        case PNG -> {
          BufferedImage picture = picture();
          WholeFile.write(file, out -> ChartFiles.writePng(picture, out));
        }
        case CSV -> WholeFile.write(file, this::writeTable);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a file that can be written".formatted(file, Reason.of(e)),
          e);
    }
  }

  private BufferedImage picture() {
    List<BufferedImage> drawn = new ArrayList<>();
    Pictures.attempt(
        "the picture",
        () -> drawn.add(new GatePicture(title, walks).image()),
        reason -> {
          throw new InvalidInputException(reason + "; choose .html, which needs no fonts");
        });
    return drawn.getFirst();
  }

  private HtmlPage page() {
    HtmlPage page = new HtmlPage(title, GateMap.STYLE).add(INTRODUCTION);
    walks.forEach(walk -> walk.addTo(page));
    return page.add(GateMap.SCRIPT);
  }

  private void writeTable(OutputStream out) throws IOException {
    Writer table = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    table.write("layer,direction,position,symbol,unit,reset,update,candidate,state\n");
    for (GateMap walk : walks) {
      Gates gates = walk.numbers().gates();
      for (int place = 0; place < gates.states().size(); place++) {
        int position = place / gates.units();
        String symbol = walk.numbers().symbols().get(position).text().replace("\"", "\"\"");
        table.write(
            "%d,%s,%d,\"%s\",%d,%s,%s,%s,%s\n"
                .formatted(
                    gates.layer(),
                    gates.reverse() ? "reverse" : "forward",
                    position,
                    symbol,
                    place % gates.units(),
                    gates.reset().at(place),
                    gates.update().at(place),
                    gates.candidate().at(place),
                    gates.states().at(place)));
      }
    }
    table.flush();
  }
}
