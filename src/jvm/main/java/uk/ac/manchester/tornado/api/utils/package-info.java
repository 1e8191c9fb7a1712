/** Arithmetic of quantized numbers. */
package uk.ac.manchester.tornado.api.utils;
