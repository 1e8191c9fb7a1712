/** Models of Keras 3: an archive, or its weights in HDF5. */
package org.tornadogru.formats.keras;
