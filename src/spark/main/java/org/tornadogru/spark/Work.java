package org.tornadogru.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What a task of the barrier stage does. */
final class Work extends AbstractFunction1<Iterator<Tuple2<Long, Example>>, Iterator<Outcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private final Training training;

  Work(Training training) {
    this.training = training;
  }

  @Override
  public Iterator<Outcome> apply(Iterator<Tuple2<Long, Example>> numbered) {
    Worker worker = new Worker(training, BarrierTaskContext.get());
    try {
      Outcome outcome = worker.train(CollectionConverters.asJava(numbered));
      return CollectionConverters.asScala(List.of(outcome).iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
