/**
 * Devices side by side: the same work on each, in a process of its own, checked against the
 * annotated kernels on the plain JVM before it is timed.
 */
package org.tornadogru.compare;
