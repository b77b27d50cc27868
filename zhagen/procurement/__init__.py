"""From a need to a paid contract."""
