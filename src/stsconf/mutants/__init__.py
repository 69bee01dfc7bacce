"""Breaking a cluster on purpose, and whether the suite notices."""
