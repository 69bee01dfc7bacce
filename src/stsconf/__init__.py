"""stsconf: end-to-end conformance suite for Kubernetes StatefulSets."""
