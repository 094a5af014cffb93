"""Tells customers what happened to their shipments: queues, writes and sends notices. No window, no SQL."""
