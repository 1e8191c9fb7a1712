/** What TornadoVM throws. */
package uk.ac.manchester.tornado.api.exceptions;
