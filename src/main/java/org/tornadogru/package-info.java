/** Gated recurrent units as TornadoVM task graphs. */
package org.tornadogru;
