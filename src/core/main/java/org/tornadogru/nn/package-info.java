/** What a model is: its configuration, its weights and their shapes, and how they begin. */
package org.tornadogru.nn;
