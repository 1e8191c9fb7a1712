/** Arithmetic for the other types, and comparison of numbers. */
package uk.ac.manchester.tornado.api.types.utils;
