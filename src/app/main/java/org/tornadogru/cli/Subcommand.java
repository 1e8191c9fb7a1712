package org.tornadogru.cli;

/** A command of another module, found by {@link java.util.ServiceLoader} where that is there. */
public interface Subcommand {}
