"""Loopback servers that speak the contracts of carriers and shops, for practice, demo and tests."""
