package org.tornadogru.report;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;

/**
 * Heat maps of what one layer did in one direction, a column for each step and a row for each unit:
 * the gates that it has, and its state. The units that keep the most of their state are on top.
 *
 * @param config of the whole GRU
 * @param numbers what is shown
 */
record GateMap(GruConfig config, GateNumbers numbers) {

  /** What a page with such maps needs of CSS. */
  static final String STYLE =
      """
      pre { overflow-x: auto; font-size: clamp(.7rem, 3.1vw, 1rem); line-height: 1.4 }
      .scroll { overflow-x: auto; margin: .5rem 0 }
      .maps { width: max(100%, calc(var(--steps) * 13px)); max-width: calc(var(--steps) * 30px) }
      .maps h3 { font-size: 1rem; margin: 1rem 0 .2rem; position: sticky; left: 0; width: max-content }
      .maps img { display: block; height: var(--height); image-rendering: pixelated; outline: 1px solid var(--rule); cursor: crosshair }
      .symbols { display: grid; grid-template-columns: repeat(var(--steps), minmax(0, 1fr)); font: 13px/1.4 monospace; text-align: center; white-space: nowrap }
      .symbols .space { color: var(--mark); font-weight: bold }
      .legend { font-weight: normal; margin-left: 1.5rem; font-size: .85rem; white-space: nowrap }
      .legend img { display: inline-block; vertical-align: middle; width: 6rem; height: .7rem; cursor: default; image-rendering: auto }
      #value { position: fixed; display: none; padding: .3rem .6rem; font: 13px/1.5 monospace; white-space: pre; color: var(--ink); background: var(--paper); border: 1px solid var(--mark); border-radius: 4px; pointer-events: none; z-index: 1 }
      """;

  /** What follows the maps in a page, once: the values under the pointer. */
  static final String SCRIPT =
      """
      <div id="value"></div>
      <script>
      const shown = document.getElementById('value');
      for (const walk of document.querySelectorAll('.gates')) {
        const bytes = Uint8Array.from(atob(walk.dataset.values), c => c.charCodeAt(0));
        const values = new Float32Array(bytes.buffer);
        const units = walk.dataset.units.split(' ').map(Number);
        const symbols = Array.from(walk.querySelector('.symbols').children, s => s.textContent);
        const show = event => {
          const box = event.target.getBoundingClientRect();
          const cell = (at, size, count) => Math.max(0, Math.min(count - 1, Math.floor(at / size * count)));
          const step = cell(event.clientX - box.left, box.width, symbols.length);
          const unit = units[cell(event.clientY - box.top, box.height, units.length)];
          const value = gate => values[(gate * symbols.length + step) * units.length + unit].toFixed(3).padStart(6);
          shown.textContent = `${symbols[step]}  step ${step}, unit ${unit}\\n`
            + `r ${value(0)}  z ${value(1)}\\nn ${value(2)}  h ${value(3)}`;
          shown.style.display = 'block';
          const left = Math.min(event.clientX + 14, innerWidth - shown.offsetWidth - 4);
          const below = event.clientY + 18, above = event.clientY - shown.offsetHeight - 10;
          shown.style.left = Math.max(4, left) + 'px';
          shown.style.top = (below + shown.offsetHeight < innerHeight ? below : above) + 'px';
        };
        for (const image of walk.querySelectorAll('.map > picture > img')) {
          image.addEventListener('pointermove', show);
          image.addEventListener('pointerdown', show);
          image.addEventListener('pointerleave', () => shown.style.display = 'none');
        }
      }
      </script>
      """;

  /** How many of the units that forget at spaces are listed. */
  private static final int LISTED = 8;

  /** A page's maps are about so high, in pixels of CSS. */
  private static final int HEIGHT = 256;

  private static final int HIGHEST_ROW = 14;

  /** One of the maps: its symbol and its name. */
  record Part(String symbol, String name, HeatMap map) {}

  /** The maps, from top to bottom. */
  List<Part> parts() {
    Gates gates = numbers.gates();
    List<Part> parts = new ArrayList<>();
    if (config.gating().resets()) {
      parts.add(part("r", "reset gate", gates.reset(), 0));
    }
    if (config.gating().updates()) {
      parts.add(part("z", "update gate", gates.update(), 0));
    }
    parts.add(part("h", "state", gates.states(), -1));
    return parts;
  }

  /** On a scale from {@code low} to 1, or a wider one for activations that go beyond. */
  private Part part(String symbol, String name, Tensor values, float low) {
    float least = low;
    float size = 1;
    for (float value : values.values()) {
      least = Math.min(least, value);
      size = Math.max(size, Math.abs(value));
    }
    List<Integer> units = numbers.slowestFirst();
    HeatMap map =
        new HeatMap(
            units.size(),
            numbers.gates().steps(),
            least < 0 ? -size : 0,
            size,
            (row, step) -> values.get(step, 0, units.get(row)));
    return new Part(symbol, name, map);
  }

  /** Which layer, and in which direction: {@code layer 0, forward}. */
  String title() {
    Gates gates = numbers.gates();
    return "layer %d, %s".formatted(gates.layer(), gates.reverse() ? "reverse" : "forward");
  }

  /** What there is to say of saturated gates, a line for each gate. */
  List<String> saturation() {
    Gates gates = numbers.gates();
    return Stream.of(
            config.gating().resets() ? "r: " + numbers.saturation(gates.reset()) : "",
            config.gating().updates() ? "z: " + numbers.saturation(gates.update()) : "")
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** Adds the maps to a page, and what their numbers say. */
  void addTo(HtmlPage page) {
    Gates gates = numbers.gates();
    int height = Math.clamp(HEIGHT / gates.units(), 1, HIGHEST_ROW) * gates.units();
    page.add(
        "<section class=\"gates\" data-units=\"%s\" data-values=\"%s\">\n<h2>%s</h2>\n"
            .formatted(
                numbers.slowestFirst().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(" ")),
                base64(gates),
                title()));
    page.add(
        "<pre>%s</pre>\n"
            .formatted(Equations.of(config, gates.reverse() ? config.direction().walks() - 1 : 0)));
    if (!saturation().isEmpty()) {
      page.add(
          "<p>Saturated gates: %s.</p>\n"
              .formatted(HtmlPage.escaped(String.join("; ", saturation()))));
    }
    page.add(
        "<div class=\"scroll\"><div class=\"maps\" style=\"--steps: %d; --height: %dpx\">\n"
            .formatted(gates.steps(), height));
    parts().forEach(part -> add(page, part));
    page.add("</div></div>\n");
    if (config.gating().updates()) {
      addForgetting(page);
    }
    page.add("</section>\n");
  }

  private void add(HtmlPage page, Part part) {
    HeatMap map = part.map();
    page.add(
        String.format(
            "<div class=\"map\"><h3>%s, %s<span class=\"legend\">%s %s %s</span></h3>\n<div class=\"symbols\">",
            part.symbol(),
            part.name(),
            HeatMap.bound(map.low()),
            map.legend().html("colours from low to high"),
            HeatMap.bound(map.high())));
    for (Symbol symbol : numbers.symbols()) {
      page.add(
          "<span%s>%s</span>"
              .formatted(
                  symbol.isSpace() ? " class=\"space\"" : "", HtmlPage.escaped(symbol.label())));
    }
    page.add(
        "</div>\n%s</div>\n"
            .formatted(
                map.html(
                    "%s of %d units in %d steps"
                        .formatted(part.name(), map.rows(), map.columns()))));
  }

  private void addForgetting(HtmlPage page) {
    List<GateNumbers.Keeping> forgetting = numbers.forgettingAtSpaces();
    if (forgetting.isEmpty()) {
      return;
    }
    page.add(
        "<p>%d of %d units keep less of their state where a space is read than elsewhere; those that differ the most, by their mean z:</p>\n<table>\n"
            .formatted(forgetting.size(), numbers.gates().units()));
    page.row("th", "unit", "z at spaces", "z elsewhere", "difference");
    for (GateNumbers.Keeping keeping : forgetting.subList(0, Math.min(LISTED, forgetting.size()))) {
      page.row(
          "td",
          String.valueOf(keeping.unit()),
          number(keeping.atSpaces()),
          number(keeping.elsewhere()),
          number(keeping.forgetting()));
    }
    page.add("</table>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** r, z, n, h as [4][T][H] floats, the lowest byte first. */
  private static String base64(Gates gates) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * Float.BYTES * gates.states().size()).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor each : List.of(gates.reset(), gates.update(), gates.candidate(), gates.states())) {
      for (float value : each.values()) {
        bytes.putFloat(value);
      }
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
