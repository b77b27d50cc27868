"""Zhagen 扎根: the working system by which a street buys community services that take root."""

__version__ = "0.1.0"
