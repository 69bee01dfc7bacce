"""Sub-commands of `stsconf`, one module each."""
