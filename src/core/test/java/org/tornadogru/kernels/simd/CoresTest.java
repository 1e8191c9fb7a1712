package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("plain-jvm")
@Timeout(60)
class CoresTest {

  private static final Cores THREE = new Cores(3);

  @ParameterizedTest(name = "{0} elements, grain {1}")
  @CsvSource({"1, 8", "7, 8", "8, 8", "9, 8", "1000, 1", "1001, 16", "100003, 64"})
  void splitVisitsEveryElementOnceInWholeGrains(int count, int grain) {
    AtomicIntegerArray visits = new AtomicIntegerArray(count);
    THREE.split(
        count,
        grain,
        (from, to, workspace) -> {
          assertThat(from % grain).isZero();
          assertThat(to == count || to % grain == 0).isTrue();
          for (int i = from; i < to; i++) {
            visits.incrementAndGet(i);
          }
        });
    assertThat(IntStream.range(0, count).map(visits::get)).containsOnly(1);
  }

  @ParameterizedTest(name = "{0} rows in blocks of {1}, {2} columns, grain {3}")
  @CsvSource({"1, 8, 16, 16", "300, 256, 48, 16", "9, 8, 1000, 32", "1000, 64, 16, 16"})
  void areasCoverAMatrixOnceInWholeBlocksAndGrains(int rows, int block, int columns, int grain) {
    AtomicIntegerArray visits = new AtomicIntegerArray(rows * columns);
    AtomicInteger areas = new AtomicInteger();
    THREE.split(
        rows,
        block,
        columns,
        grain,
        (fromRow, toRow, fromColumn, toColumn) -> {
          areas.incrementAndGet();
          assertThat(fromRow % block).isZero();
          assertThat(toRow).isEqualTo(Math.min(rows, fromRow + block));
          assertThat(fromColumn % grain).isZero();
          assertThat(toColumn == columns || toColumn % grain == 0).isTrue();
          for (int row = fromRow; row < toRow; row++) {
            for (int column = fromColumn; column < toColumn; column++) {
              visits.incrementAndGet(row * columns + column);
            }
          }
        });
    assertThat(IntStream.range(0, rows * columns).map(visits::get)).containsOnly(1);
    int blocks = Math.ceilDiv(rows, block);
    int most = blocks * Math.ceilDiv(columns, grain);
    assertThat(areas.get()).isBetween(Math.min(most, THREE.count()), most);
  }

  @Test
  void manyJobsInARowAllFinish() {
    int[] sums = new int[64];
    for (int job = 0; job < 20_000; job++) {
      THREE.split(
          sums.length,
          1,
          (from, to, workspace) -> {
            for (int i = from; i < to; i++) {
              sums[i]++;
            }
          });
    }
    assertThat(sums).containsOnly(20_000);
  }

  @Test
  void whoMeetsSeesWhatTheOthersDidBefore() {
    int turns = 2_000;
    int[] counters = new int[THREE.count()];
    int[] wrong = new int[THREE.count()];
    THREE.together(
        THREE.count(),
        (member, meeting) -> {
          for (int turn = 1; turn <= turns; turn++) {
            counters[member] = turn;
            meeting.await();
            for (int counter : counters) {
              wrong[member] += counter == turn ? 0 : 1;
            }
            meeting.await();
          }
        });
    assertThat(counters).containsOnly(turns);
    assertThat(wrong).containsOnly(0);
  }

  @Test
  void onlySoManyMembersMeet() {
    int[] runs = new int[THREE.count()];
    THREE.together(
        2,
        (member, meeting) -> {
          meeting.await();
          runs[member]++;
        });
    assertThat(runs).containsExactly(1, 1, 0);
  }

  @Test
  void aFailureReachesTheCallerAndTheCoresGoOn() {
    assertThatThrownBy(
            () ->
                THREE.together(
                    THREE.count(),
                    (member, meeting) -> {
                      if (member == 1) {
                        throw new IllegalArgumentException("one");
                      }
                      meeting.await();
                    }))
        .rootCause()
        .hasMessage("one");
    splitVisitsEveryElementOnceInWholeGrains(1001, 16);
  }
}
