"""Targets: which cluster is tested, how to get it, and what it can do."""
