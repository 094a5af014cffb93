"""Shops, marketplaces and mail: one file per outside company or protocol, strangers to each other."""
