/** Text from a trained model. */
package org.tornadogru.generate;
