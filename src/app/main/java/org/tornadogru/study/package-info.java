/**
 * The experiments of d2l's section 10.2 and of its exercises, and what comes of them.
 *
 * @see <a href="https://d2l.ai/chapter_recurrent-modern/gru.html">d2l.ai, 10.2 Gated Recurrent
 *     Units</a>
 */
package org.tornadogru.study;
