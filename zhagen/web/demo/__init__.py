"""The demo: fictional streets under the reserved code 99."""
