/** Transfer modes, profiler modes, kinds of devices and backends. */
package uk.ac.manchester.tornado.api.enums;
