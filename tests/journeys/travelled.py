"""The product's own application on a clock that the journey sets: the whole chain takes a year.

The file `moment` in the data home holds the hour; time goes on from there.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import time_machine

_guard = threading.Lock()
_travel: list[tuple[str, time_machine.travel]] = []


def moment_file() -> Path:
    from zhagen.platform.home import data_home

    return data_home() / "moment"


def go_there() -> None:
    """Set this process's clock to the moment in the file, if it is another than before."""
    text = moment_file().read_text()
    with _guard:
        if _travel and _travel[-1][0] == text:
            return
        if _travel:
            _travel.pop()[1].stop()
        travel = time_machine.travel(dt.datetime.fromisoformat(text), tick=True)
        travel.start()
        _travel.append((text, travel))


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """Answer a request at the journey's hour."""
    go_there()
    return _product()(environ, start_response)


def _product() -> Callable:
    from zhagen.web.wsgi import application as product

    return product
