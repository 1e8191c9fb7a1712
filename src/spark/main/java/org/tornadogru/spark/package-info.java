/**
 * GRUs on Apache Spark: {@link org.tornadogru.spark.SparkGru} trains on a DataFrame, {@link
 * org.tornadogru.spark.SparkGruModel} runs a model over one. Each executor holds the same task
 * graphs, on its own device or on the plain JVM.
 */
package org.tornadogru.spark;
