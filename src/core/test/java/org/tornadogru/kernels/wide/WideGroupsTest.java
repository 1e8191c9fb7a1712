package org.tornadogru.kernels.wide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How blocks are shared out over work-groups. */
class WideGroupsTest {

  private static final int GROUP = 4096;

  private static final int GROUPS = WideGroups.ITEMS / GROUP;

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {0, 1, 2, 7, 8, 31, 32, 33, 100, 128, 1_000, 4_194_304})
  void everyBlockIsHandledOnce(int blocks) {
    int next = 0;
    for (int group = 0; group < GROUPS; group++) {
      int first = WideGroups.first(group * GROUP, blocks);
      int end = WideGroups.end(group * GROUP, blocks);
      if (first < end) {
        assertThat(first).as("first block of group %d", group).isEqualTo(next);
        next = end;
      }
    }
    assertThat(next).isEqualTo(blocks);
  }

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {0, 1, 8, 1_000})
  void onlyTheFirstItemOfAGroupWorks(int blocks) {
    for (int item = 0; item < WideGroups.ITEMS; item++) {
      if (item % GROUP != 0) {
        assertThat(WideGroups.first(item, blocks))
            .as("item %d", item)
            .isGreaterThanOrEqualTo(WideGroups.end(item, blocks));
      }
    }
  }

  /** The first core to ask gets one group more than its share of all: PoCL's rule. */
  @ParameterizedTest(name = "{0} blocks on {1} cores")
  @CsvSource({"8, 2", "16, 2", "32, 2", "128, 2", "512, 2", "8, 4", "32, 4", "128, 4", "512, 4"})
  void theFirstCoreGetsItsShareOfTheBlocks(int blocks, int cores) {
    assertThat(blocksOf(0, 1 + GROUPS / cores, blocks)).isEqualTo(blocks / cores);
  }

  private static int blocksOf(int fromGroup, int toGroup, int blocks) {
    return IntStream.range(fromGroup, toGroup)
        .map(group -> group * GROUP)
        .map(item -> Math.max(0, WideGroups.end(item, blocks) - WideGroups.first(item, blocks)))
        .sum();
  }
}
