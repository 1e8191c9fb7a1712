/**
 * What a kernel's bytecode says: which arguments it reads and writes, and what a device would make
 * of it. Not exported.
 */
package uk.ac.manchester.tornado.api.kernels;
