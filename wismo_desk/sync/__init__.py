"""Carries this desk's facts to the shared database and brings the other desks' back. Knows no window."""
