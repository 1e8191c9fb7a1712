/** The commands: where people enter. */
package org.tornadogru.cli;
