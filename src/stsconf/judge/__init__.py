"""Pure functions that hold a history against one promise each."""
