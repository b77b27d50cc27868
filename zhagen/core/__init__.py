"""The pure core: rules, lifecycles, permissions, scores. No Django, no I/O, no clock, no global state."""
