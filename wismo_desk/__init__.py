"""WISMO Desk: packing and shipping benches, and the answer to "where is my order?"."""

__version__ = "0.1.0"
