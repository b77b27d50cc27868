"""Load a dump into the data home's empty database: `python -m zhagen.web.load_dump FILE`."""

import sys
from pathlib import Path


def main() -> None:
    """Load the file named on the command line."""
    import django

    django.setup()
    from zhagen.web.dump import load_dump

    load_dump(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
