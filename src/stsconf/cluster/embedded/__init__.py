"""A real Kubernetes on this machine, thrown away afterwards."""
