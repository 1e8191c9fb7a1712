/** Arrays that a task can use. */
package uk.ac.manchester.tornado.api.types.arrays;
