package org.tornadogru.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The heat maps of some walks as one picture, for where there is no page.
 *
 * @param title above them
 */
record GatePicture(String title, List<GateMap> walks) {

  private static final int MARGIN = 20;
  private static final int LINE = 24;
  private static final int COLUMN = 16;
  private static final int NARROWEST = 420;
  private static final int LEGEND = 100;
  private static final int HEIGHT = 160;
  private static final int HIGHEST_ROW = 10;
  private static final Color SPACE = new Color(0x1f77b4);
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 15);

  /** Draws it. */
  BufferedImage image() {
    PictureFont.provide();
    int steps = walks.getFirst().numbers().gates().steps();
    int width = Math.max(NARROWEST, COLUMN * steps + 2 * MARGIN);
    int height = 2 * MARGIN + LINE;
    for (GateMap walk : walks) {
      height += LINE + walk.parts().size() * (2 * LINE + MARGIN / 2 + height(walk));
    }
    int bottom = height;
    return ChartFiles.image(width, bottom, graphics -> paint(graphics, width, bottom));
  }

  private static int height(GateMap walk) {
    int units = walk.numbers().gates().units();
    return Math.clamp(HEIGHT / units, 1, HIGHEST_ROW) * units;
  }

  private void paint(Graphics2D graphics, int width, int height) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    int y = MARGIN + LINE / 2;
    text(graphics, BOLD, title, MARGIN, y);
    y += LINE;
    for (GateMap walk : walks) {
      text(graphics, PLAIN, walk.title(), MARGIN, y);
      y += LINE;
      for (GateMap.Part part : walk.parts()) {
        text(graphics, BOLD, part.symbol() + ", " + part.name(), MARGIN, y);
        legend(graphics, part.map(), MARGIN + NARROWEST / 2, y);
        symbols(graphics, walk.numbers().symbols(), y + LINE - 4);
        y += LINE + 4;
        graphics.drawImage(
            part.map().image(false), MARGIN, y, COLUMN * part.map().columns(), height(walk), null);
        y += height(walk) + LINE - 4 + MARGIN / 2;
      }
    }
  }

  private static void text(Graphics2D graphics, Font font, String text, int x, int y) {
    graphics.setColor(ChartFiles.TEXT);
    graphics.setFont(font);
    graphics.drawString(text, x, y);
  }

  private static void legend(Graphics2D graphics, HeatMap map, int x, int y) {
    String low = HeatMap.bound(map.low());
    graphics.setFont(PLAIN);
    text(graphics, PLAIN, low, x - 6 - graphics.getFontMetrics().stringWidth(low), y);
    graphics.drawImage(map.legend().image(false), x, y - 10, LEGEND, 10, null);
    text(graphics, PLAIN, HeatMap.bound(map.high()), x + LEGEND + 6, y);
  }

  /** Characters, each over the middle of its column; a space is drawn, since few fonts have one. */
  private static void symbols(Graphics2D graphics, List<Symbol> symbols, int y) {
    for (int step = 0; step < symbols.size(); step++) {
      int middle = MARGIN + COLUMN * step + COLUMN / 2;
      String label = symbols.get(step).label();
      if (symbols.get(step).isSpace()) {
        int[] x = {middle - 4, middle - 4, middle + 4, middle + 4};
        graphics.setColor(SPACE);
        graphics.drawPolyline(x, new int[] {y - 3, y, y, y - 3}, x.length);
      } else {
        graphics.setFont(PLAIN);
        text(graphics, PLAIN, label, middle - graphics.getFontMetrics().stringWidth(label) / 2, y);
      }
    }
  }
}
