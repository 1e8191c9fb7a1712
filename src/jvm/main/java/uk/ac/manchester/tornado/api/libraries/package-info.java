/** What libraries' functions compute, in plain Java. */
package uk.ac.manchester.tornado.api.libraries;
