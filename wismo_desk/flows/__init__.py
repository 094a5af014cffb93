"""What people do here, one verb per file. No window, no SQL, no threads, no clock of their own."""
