"""Frozen dataclasses and pure functions. No clock, no input or output, no Qt, no SQL."""
