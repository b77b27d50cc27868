"""Put pysqlite3's current SQLite in place of the interpreter's.

SQLite 3.7.0 to 3.51.2 can lose committed pages when a WAL is reset; Debian 12 links 3.40.1.
This runs once, before Django loads its database layer.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2


def install() -> None:
    """Make `import sqlite3` give pysqlite3 in this process."""
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
