/**
 * TornadoVM's public API, implemented on the JVM alone: task graphs, execution plans and their
 * results.
 */
package uk.ac.manchester.tornado.api;
