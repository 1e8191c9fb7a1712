package org.tornadogru.train;

/**
 * What a validation within an epoch, or at its end, measured.
 *
 * @param epoch counted from 1
 * @param update how many updates there were
 * @param loss mean loss per label over the validation batches; nats for classes
 * @param isBest whether there was none better before
 */
public record Validation(int epoch, long update, double loss, boolean isBest) {}
