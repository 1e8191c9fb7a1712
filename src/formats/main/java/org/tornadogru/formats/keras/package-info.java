/** Models of Keras: an archive, a whole model in HDF5, or its weights alone. */
package org.tornadogru.formats.keras;
