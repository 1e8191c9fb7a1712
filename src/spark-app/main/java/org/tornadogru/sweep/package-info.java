/**
 * What the command line has beside Apache Spark: sweeps whose settings are learned on executors.
 */
package org.tornadogru.sweep;
