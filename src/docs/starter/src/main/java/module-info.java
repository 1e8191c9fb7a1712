module demo {
  requires org.tornadogru;
}
