"""The pages' own process: granian with one worker of eight threads. Started by `zhagen serve`."""

import sys

THREADS = 8


def main(host: str, port: int) -> None:
    """Serve the pages until told to stop; this process itself loads no Django."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "zhagen.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error,  # its advice about thread counts is for CPU-bound pages
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
