/** JMH benchmarks, on the plain JVM. */
package org.tornadogru.bench;
