"""Named lanes: work that must not hold the window, one thread each, in order. Knows no Qt and no flow."""
