/** What the formats have in common: a model's metadata, and layers on their way into one GRU. */
package org.tornadogru.formats.codec;
