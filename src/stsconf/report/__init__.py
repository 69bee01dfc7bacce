"""Rendering results; needs no cluster."""
