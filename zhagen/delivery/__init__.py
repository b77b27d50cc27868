"""What is delivered, how it is judged, and whether the service stays."""
