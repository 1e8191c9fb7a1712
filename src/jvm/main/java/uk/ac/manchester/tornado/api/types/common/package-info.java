/** What vectors and arrays of vectors have in common. */
package uk.ac.manchester.tornado.api.types.common;
