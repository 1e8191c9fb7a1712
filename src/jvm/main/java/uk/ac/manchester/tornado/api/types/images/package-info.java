/** Images whose pixels are numbers or vectors. */
package uk.ac.manchester.tornado.api.types.images;
