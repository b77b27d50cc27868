"""One function a red flag, one registry."""
