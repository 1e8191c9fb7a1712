package org.tornadogru.peers;

/** A library that does one of the kinds of work; it owns the native memory that it needs. */
public sealed interface Peer extends AutoCloseable
    permits TrainingPeer, InferencePeer, GenerationPeer {

  @Override
  void close();
}
