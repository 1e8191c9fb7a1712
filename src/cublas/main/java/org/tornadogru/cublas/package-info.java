/** NVIDIA's cuBLAS as a library of TornadoVM's task graphs. */
package org.tornadogru.cublas;
