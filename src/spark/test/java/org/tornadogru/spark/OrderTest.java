package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row is learned from once in an epoch, by one worker, in a batch that all agree on. */
class OrderTest {

  @ParameterizedTest
  @CsvSource({"10, 4, 1", "10, 4, 3", "12, 4, 2", "7, 7, 5", "1, 1, 1", "101, 8, 8"})
  void everyRowIsInOneBatchOfOneWorker(long rows, int batch, int workers) {
    Order order = new Order(rows, batch, 3);
    List<Long> seen = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int end = order.firstPlace(worker + 1, workers);
      assertThat(end).isGreaterThan(order.firstPlace(worker, workers));
      for (int place = order.firstPlace(worker, workers); place < end; place++) {
        int[] turns = order.turns(place, 2);
        assertThat(turns.length)
            .isEqualTo(order.count(place))
            .isBetween(order.steps() - 1, order.steps());
        for (int turn : turns) {
          long row = (long) turn * batch + place;
          assertThat(order.place(row)).isEqualTo(place);
          assertThat(order.worker(row, workers)).isEqualTo(worker);
          seen.add(row);
        }
      }
      if (worker == workers - 1) {
        assertThat(end).isEqualTo(batch);
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, rows).boxed().toList());
  }

  @Test
  void epochsPlacesAndSeedsHaveOrdersOfTheirOwn() {
    Order order = new Order(400, 4, 3);
    assertThat(order.turns(1, 1))
        .isEqualTo(order.turns(1, 1))
        .isNotEqualTo(order.turns(1, 2))
        .isNotEqualTo(order.turns(2, 1))
        .isNotEqualTo(new Order(400, 4, 4).turns(1, 1));
  }
}
