/** Volumes whose voxels are vectors. */
package uk.ac.manchester.tornado.api.types.volumes;
