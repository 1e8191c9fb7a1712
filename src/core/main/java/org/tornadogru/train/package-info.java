/**
 * Training: {@link org.tornadogru.train.Trainer} runs the epochs and measures them, {@link
 * org.tornadogru.train.TrainingListener} shows and keeps what it measured.
 */
package org.tornadogru.train;
