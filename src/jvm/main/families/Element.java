/** What an array, a vector or a matrix can be of. */
enum Element {
  FLOAT("Float", "float", "Float", "%.3f"),
  DOUBLE("Double", "double", "Double", "%.3f"),
  INT("Int", "int", "Integer", "%d"),
  LONG("Long", "long", "Long", "%d"),
  SHORT("Short", "short", "Short", "%3d"),
  BYTE("Byte", "byte", "Byte", "%3d"),
  CHAR("Char", "char", "Character", "%c"),
  HALF("Half", "HalfFloat", "Short", "%.3f");

  /** As in the names of classes. */
  final String name;

  final String type;

  /** The class with the number of bytes. */
  final String box;

  final String format;

  Element(String name, String type, String box, String format) {
    this.name = name;
    this.type = type;
    this.box = box;
    this.format = format;
  }

  boolean isReal() {
    return this == FLOAT || this == DOUBLE;
  }

  /** What a Java array keeps of one. */
  String stored() {
    return this == HALF ? "short" : type;
  }

  String buffer() {
    return this == HALF ? "ShortBuffer" : name + "Buffer";
  }

  String array() {
    return this == HALF ? "HalfFloatArray" : name + "Array";
  }

  String toStored(String value) {
    return this == HALF ? value + ".getHalfFloatValue()" : value;
  }

  String ofStored(String value) {
    return this == HALF ? "new HalfFloat(" + value + ")" : value;
  }

  /**
   * An expression.
   *
   * @param method add, sub, mult or div
   */
  String operation(String method, String a, String b) {
    if (this == HALF) {
      return "HalfFloat." + method + "(" + a + ", " + b + ")";
    }
    String sign =
        switch (method) {
          case "add" -> "+";
          case "sub" -> "-";
          case "mult" -> "*";
          case "div" -> "/";
          default -> throw new IllegalArgumentException(method);
        };
    String result = a + " " + sign + " " + b;
    return this == SHORT || this == BYTE ? "(" + type + ") (" + result + ")" : result;
  }
}
