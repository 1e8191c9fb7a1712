import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the classes of TornadoVM's API that differ from a sibling by element type or by width
 * alone. The build runs it before it compiles: {@code java Families.java SOURCES OUTPUT}.
 *
 * <ul>
 *   <li>Where only the element type differs, the family is one class in the source folder, of
 *       floats, and its siblings are copies with other words: see {@link #copies}.
 *   <li>Where the width differs, too, the family is a template: see {@link VectorClass}, {@link
 *       CollectionClass} and {@link ImageClass}.
 * </ul>
 */
final class Families {

  private static final Path TYPES = Path.of("uk/ac/manchester/tornado/api/types");

  private static final String IMPORT_HALF =
      "\nimport java.lang.foreign.ValueLayout;\nimport uk.ac.manchester.tornado.api.types.HalfFloat;";

  private static final String HALVES_IN_BYTES =
      """

        /** The half in two bytes, the first of which has an even index. */
        public HalfFloat getHalfFloat(int byteIndex) {
          checkEven(byteIndex);
          return new HalfFloat(elements.get(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex));
        }

        /** Sets two bytes, the first of which has an even index. */
        public void setHalfFloat(int byteIndex, HalfFloat value) {
          checkEven(byteIndex);
          elements.set(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex, value.getHalfFloatValue());
        }

        private static void checkEven(int byteIndex) {
          if (byteIndex % 2 != 0) {
            throw new IllegalArgumentException("a half begins at an even index, not " + byteIndex);
          }
        }
      """;

  private final Path sources;
  private final Path output;

  private Families(Path sources, Path output) {
    this.sources = sources.resolve(TYPES);
    this.output = output.resolve(TYPES);
  }

  public static void main(String[] arguments) throws IOException {
    Families families = new Families(Path.of(arguments[0]), Path.of(arguments[1]));
    families.copies();
    for (VectorClass vector : VectorClass.ALL) {
      families.write("vectors/" + vector.name(), vector.source());
    }
    for (CollectionClass collection : CollectionClass.ALL) {
      families.write("collections/" + collection.name(), collection.source());
    }
    for (ImageClass image : ImageClass.ALL) {
      families.write("images/" + image.name(), image.source());
    }
  }

  /** Siblings of a class of floats, without the members that TornadoVM's do not have. */
  private void copies() throws IOException {
    for (Element element : Element.values()) {
      if (element != Element.FLOAT && element != Element.HALF) {
        copy("arrays/FloatArray", element);
      }
    }
    copy("collections/VectorFloat", Element.DOUBLE);
    copy("collections/VectorFloat", Element.INT);
    copy("matrix/Matrix2DFloat", Element.DOUBLE, "scale");
    copy("matrix/Matrix2DFloat", Element.INT);
    copy("matrix/Matrix3DFloat", Element.DOUBLE);
    copy("matrix/Matrix3DFloat", Element.INT);
    copy("matrix/Matrix3DFloat", Element.LONG);
    copy("matrix/Matrix3DFloat", Element.SHORT);
  }

  private void copy(String ofFloats, Element element, String... without) throws IOException {
    String source = Files.readString(sources.resolve(ofFloats + ".java"));
    for (String member : without) {
      source =
          source.replaceFirst(
              "\n  (/\\*\\*[^/]*\\*/\n  )?(@Override\n  )?public [^(\n]*\\b"
                  + member
                  + "\\((?s:.*?)\n  \\}\n",
              "");
    }
    Map<String, String> words =
        Map.of("float", element.type, "Float", element.box, "%.3f", element.format);
    for (Map.Entry<String, String> word : words.entrySet()) {
      source = source.replaceAll("\\b" + word.getKey() + "\\b", word.getValue());
    }
    source = source.replaceAll("\\bfloats\\b", element.type + "s");
    source = source.replaceAll("Float(?=Array|Buffer)", element.name);
    source = source.replaceAll("(?<=Matrix.D|Vector)Float\\b", element.name);
    if (ofFloats.endsWith("Array") && element == Element.BYTE) {
      source =
          source
              .replaceFirst("}\n$", HALVES_IN_BYTES + "}\n")
              .replaceFirst("\n\n/", IMPORT_HALF + "\n\n/");
    }
    write(ofFloats.replaceFirst("Float", element.name), source);
  }

  /** Leaves a file alone that is as it should be, so that nothing is compiled anew. */
  private void write(String name, String source) throws IOException {
    Path file = output.resolve(name + ".java");
    if (!Files.exists(file) || !Files.readString(file).equals(source)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, source);
    }
  }
}
