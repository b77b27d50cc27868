"""Meetings of residents, and later the money the community runs itself."""
