/** Twins of the kernels that walk through time, for GPUs: work-groups with local memory. */
package org.tornadogru.kernels.workgroup;
