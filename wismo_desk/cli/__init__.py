"""The commands without a window, for support and scripts. Knows flows and domain only."""
