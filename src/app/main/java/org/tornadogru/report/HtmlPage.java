package org.tornadogru.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tornadogru.file.WholeFile;

/** A page that needs nothing beside it, light or dark as its reader's system is. */
public final class HtmlPage {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #333; --paper: #fff; --rule: #ddd; --mark: #1f77b4; --soft: #d9e8f4 }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #ddd; --paper: #16191d; --rule: #3b4048; --mark: #62aee5; --soft: #234058 }
      }
      body { font: 16px/1.5 sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
      h1 { font-size: clamp(1.3rem, 5vw, 2rem); line-height: 1.25; overflow-wrap: anywhere }
      img { width: 100% }
      table { border-collapse: collapse; margin: 1rem 0 }
      th, td { padding: .2rem clamp(.3rem, 1.5vw, .8rem); text-align: right; border-bottom: 1px solid var(--rule) }
      th:first-child, td:first-child { text-align: left }
      """;

  private final StringBuilder text = new StringBuilder();

  /**
   * A page without anything on it.
   *
   * @param title plain text
   * @param style rules of CSS beside those of all pages
   */
  public HtmlPage(String title, String style) {
    text.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(escaped(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append(style)
        .append("</style></head><body>\n<h1>%s</h1>\n".formatted(escaped(title)));
  }

  /** Adds HTML. */
  public HtmlPage add(CharSequence html) {
    text.append(html);
    return this;
  }

  /** Adds a row of a table, of cells of one kind, {@code th} or {@code td}, in HTML. */
  public HtmlPage row(String kind, String... cells) {
    text.append("<tr>");
    for (String cell : cells) {
      text.append("<%s>%s</%s>".formatted(kind, cell, kind));
    }
    text.append("</tr>\n");
    return this;
  }

  public void write(Path file) throws IOException {
    WholeFile.write(file, (text + "</body></html>\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Plain text as HTML, also between quotation marks. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
