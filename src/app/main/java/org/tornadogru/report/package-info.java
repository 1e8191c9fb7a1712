/** What a run leaves for people and scripts: measurements as lines of JSON, and curves. */
package org.tornadogru.report;
