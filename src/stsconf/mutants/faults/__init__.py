"""Faults outside of the StatefulSet controller, one module per family; `catalogue` lists them all."""
