"""A real kind without a registry: its node image from Go modules and Debian packages, dockerd in namespaces."""
