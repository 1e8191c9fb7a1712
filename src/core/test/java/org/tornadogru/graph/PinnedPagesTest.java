package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("plain-jvm")
class PinnedPagesTest {

  @Test
  void noTwoArraysShareAPage() {
    Set<Long> pages = new HashSet<>();
    for (int size = 1; size < 5_000; size += 211) {
      MemorySegment array = PinnedPages.take(size, Float.BYTES);
      assertThat(array.address() % PinnedPages.PAGE).isZero();
      long last = (array.address() + array.byteSize() - 1) / PinnedPages.PAGE;
      for (long page = array.address() / PinnedPages.PAGE; page <= last; page++) {
        assertThat(pages.add(page)).isTrue();
      }
    }
  }

  @Test
  void pagesAreUsedAgainForArraysOfTheSameSizeAlone() {
    MemorySegment first = PinnedPages.take(1234, Float.BYTES);
    first.set(ValueLayout.JAVA_INT, 100, 7);
    PinnedPages.release(first);

    assertThat(PinnedPages.take(1235, Float.BYTES).address()).isNotEqualTo(first.address());
    MemorySegment again = PinnedPages.take(1234, Float.BYTES);
    assertThat(again.address()).isEqualTo(first.address());
    assertThat(again.get(ValueLayout.JAVA_INT, 100)).isZero();
  }
}
