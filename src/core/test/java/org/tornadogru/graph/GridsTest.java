package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("plain-jvm")
class GridsTest {

  @RepeatedTest(200)
  void wholeGroupsCoverTheRangeAndNoGroupIsTooLarge(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    List<Integer> range = List.of(size(random), size(random));
    if (random.nextBoolean()) {
      range = range.subList(0, 1);
    }

    List<Integer> group = Grids.groupOf(range, 1 + random.nextInt(200));
    List<Integer> items = Grids.wholeGroups(range, group);

    assertThat(group.stream().reduce(1, (a, b) -> a * b)).isBetween(1, Grids.LARGEST_GROUP);
    for (int i = 0; i < range.size(); i++) {
      assertThat(items.get(i)).isBetween(range.get(i), range.get(i) + group.get(i) - 1);
      assertThat(items.get(i) % group.get(i)).isZero();
    }
  }

  private static int size(SplittableRandom random) {
    return 1 + random.nextInt(1 << random.nextInt(1, 20));
  }

  @Test
  void aLoopIsSpreadOverTheMultiprocessors() {
    assertThat(Grids.groupOf(List.of(1024), 132)).containsExactly(32);
    assertThat(Grids.groupOf(List.of(32_768), 132)).containsExactly(256);
    assertThat(Grids.groupOf(List.of(1), 132)).containsExactly(1);
  }

  @Test
  void neighboursOfTheInnerLoopAreInOneRowOfAGroup() {
    assertThat(Grids.groupOf(List.of(96, 1024), 132)).containsExactly(32, 8);
    assertThat(Grids.groupOf(List.of(16, 3), 132)).containsExactly(16, 4);
  }
}
