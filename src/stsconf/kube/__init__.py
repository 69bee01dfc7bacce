"""The API of Kubernetes as raw JSON: get, list, watch, create, patch, delete, pod proxy."""
