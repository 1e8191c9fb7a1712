/** Where graphs run: the devices there are, the one to use, and what crosses to it and back. */
package org.tornadogru.device;
