package org.tornadogru.bench;

/** Text in HTML and SVG. */
final class Markup {

  private Markup() {}

  /** Text, as the content of an element or the value of a quoted attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "\ufffd");
  }
}
