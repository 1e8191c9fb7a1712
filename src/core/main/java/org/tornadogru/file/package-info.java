/** Files that appear whole or not at all; every file this library writes is written here. */
package org.tornadogru.file;
