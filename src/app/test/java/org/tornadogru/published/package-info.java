/** What the build publishes, as its users meet it: run after packaging, outside of this build. */
package org.tornadogru.published;
