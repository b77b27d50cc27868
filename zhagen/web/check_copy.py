"""Check a copy of the database in a process of its own, with ZHAGEN_HOME pointing at the copy.

Prints one line of JSON: integrity, the log's size and root, what is wrong, and the hashes of evidence named.
"""

import json
import sys


def main() -> None:
    """Open the copy, check it, print what was found."""
    import django

    django.setup()
    from django.db import connection

    from zhagen.audit.export import check_live

    report = check_live()
    integrity = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            integrity = str(cursor.fetchone()[0])
            cursor.execute("PRAGMA foreign_key_check")
            if cursor.fetchone() is not None:
                integrity = "foreign keys"
    json.dump(
        {
            "integrity": integrity,
            "size": report.size,
            "root": report.root.hex(),
            "findings": [str(each) for each in report.findings],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
