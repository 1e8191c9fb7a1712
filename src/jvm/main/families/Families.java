import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the classes of TornadoVM's API that differ from a sibling by element type, by width or by
 * number of arguments alone. The build runs it before it compiles: {@code java Families.java
 * SOURCES OUTPUT}.
 *
 * <ul>
 *   <li>Where only the element type differs, the family is one class in the source folder, of
 *       floats, and its siblings are copies with other words: see {@link #copies}.
 *   <li>Where the width differs, too, the family is a template: see {@link VectorClass}, {@link
 *       CollectionClass} and {@link ImageClass}.
 *   <li>So is what there is once for each number of arguments: see {@link TaskClasses}.
 * </ul>
 */
final class Families {

  private static final Path API = Path.of("uk/ac/manchester/tornado/api");

  private final Path sources;
  private final Path output;

  private Families(Path sources, Path output) {
    this.sources = sources.resolve(API);
    this.output = output.resolve(API);
  }

  public static void main(String[] arguments) throws IOException {
    Families families = new Families(Path.of(arguments[0]), Path.of(arguments[1]));
    families.copies();
    for (VectorClass vector : VectorClass.ALL) {
      families.write("types/vectors/" + vector.name(), vector.source());
    }
    for (CollectionClass collection : CollectionClass.ALL) {
      families.write("types/collections/" + collection.name(), collection.source());
    }
    for (ImageClass image : ImageClass.ALL) {
      families.write("types/images/" + image.name(), image.source());
    }
    families.write("common/TornadoFunctions", TaskClasses.functions());
    families.write("common/TaskPackage", TaskClasses.taskPackage());
    families.write("TaskMethods", TaskClasses.taskMethods());
  }

  /** Siblings of a class of floats. */
  private void copies() throws IOException {
    for (Element element : Element.values()) {
      if (element != Element.FLOAT && element != Element.HALF) {
        String array = copy("types/arrays/FloatArray", element);
        boolean holdsHalves = element == Element.BYTE;
        write("types/arrays/" + element.array(), holdsHalves ? with(array, Members.HALVES) : array);
      }
    }
    String int8 = copy("types/arrays/FloatArray", Element.BYTE, "Int8");
    write("types/arrays/Int8Array", without(int8, "fromInt8Buffer"));
    String shorts = copy("types/arrays/FloatArray", Element.SHORT, "BFloat16");
    shorts = without(shorts, "fromArray", "fromElements", "fromBFloat16Buffer", "toHeapArray");
    write("types/arrays/BFloat16Array", with(shorts, Members.BFLOAT16));
    String bytes = copy("types/arrays/FloatArray", Element.BYTE, "FP8");
    bytes = without(bytes, "fromArray", "fromElements", "fromFP8Buffer", "toHeapArray");
    bytes = without(bytes, "fromSegment", "initialize", "concat", "init", "slice");
    write("types/arrays/FP8Array", with(bytes, Members.FP8));

    for (Element element : List.of(Element.DOUBLE, Element.INT)) {
      write(
          "types/collections/Vector" + element.name,
          copy("types/collections/VectorFloat", element));
    }
    for (Element element : List.of(Element.DOUBLE, Element.INT)) {
      String matrix = copy("types/matrix/Matrix2DFloat", element);
      boolean scales = element != Element.DOUBLE;
      write("types/matrix/Matrix2D" + element.name, scales ? matrix : without(matrix, "scale"));
    }
    for (Element element : List.of(Element.DOUBLE, Element.INT, Element.LONG, Element.SHORT)) {
      write("types/matrix/Matrix3D" + element.name, copy("types/matrix/Matrix3DFloat", element));
    }
  }

  private String copy(String ofFloats, Element element) throws IOException {
    return copy(ofFloats, element, element.name);
  }

  private String copy(String ofFloats, Element element, String name) throws IOException {
    return Files.readString(sources.resolve(ofFloats + ".java"))
        .replaceAll("\\bfloat(s?)\\b", element.type + "$1")
        .replaceAll("\\bFloat\\b", element.box)
        .replace("%.3f", element.format)
        .replaceAll("Float(?=Array|Buffer)", name)
        .replaceAll("(?<=Matrix.D|Vector)Float\\b", name);
  }

  /** Without members that TornadoVM's class does not have. */
  private static String without(String source, String... members) {
    for (String member : members) {
      source =
          source.replaceFirst(
              "\n(  /\\*\\*[^/]*\\*/\n)?  public [^(\n]*\\b" + member + "\\((?s:.*?)\n  }\n", "");
      if (member.endsWith("Buffer")) {
        source = source.replaceFirst("import java.nio.*\n", "");
      }
    }
    return source.contains("Arrays.") ? source : source.replace("import java.util.Arrays;\n", "");
  }

  /** With more members. */
  private static String with(String source, Members members) {
    return source
        .replaceFirst("}\n$", members.text.replace("$", "\\$") + "}\n")
        .replaceFirst("\n\n/", "\n" + members.imports + "\n/");
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
