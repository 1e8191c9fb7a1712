/** Numbers that Java has no primitive type for. */
package uk.ac.manchester.tornado.api.types;
