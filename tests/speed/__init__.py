"""How fast the desk is, side by side with a peer in the same run. Never asserts: it measures and writes."""
