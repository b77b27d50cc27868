"""Calibration of the lab's model on a district's own records (method: docs/decisions/0065-…)."""
