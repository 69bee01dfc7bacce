"""Acts: what the suite does to a cluster, once per scenario, while everything is recorded."""
