"""Fixtures that every test shares."""

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from zhagen.platform import clock

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

DJANGO_FREE = ("tests/core", "tests/lab", "tests/cli")


def pytest_ignore_collect(collection_path):
    """Keep doctests to the product: merely importing a test's helper may start a server or set a data home."""
    is_helper = collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "conftest"))
    return True if is_helper else None


HEAVY = (
    "test_permissions.py",
    "test_bad_input.py",
    "test_demo.py",
    "test_backup.py",
    "test_races.py",
    "test_voting.py",
)


def pytest_collection_modifyitems(items):
    # the longest files first, so that one worker does not begin the longest when the other is through
    items.sort(key=lambda item: item.path.name not in HEAVY)
    for item in items:
        path = item.path.as_posix()
        is_free = "/tests/" not in path or any(f"/{free}/" in path for free in DJANGO_FREE)
        if not is_free and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases="__all__"))


@pytest.fixture(autouse=True)
def speak_chinese():
    """A request in English leaves its language to the thread."""
    translation.activate("zh-hans")
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def forget_clock_mark():
    clock.forget_mark()
    yield
    clock.forget_mark()


@pytest.fixture(autouse=True)
def flushable_log(request):
    """A test with real transactions empties all tables at its end, which the log's triggers refuse."""
    has_real_transactions = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not has_real_transactions and not _is_transactional(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection

    from zhagen.audit import triggers
    from zhagen.community import triggers as fund_triggers

    triggers.remove(connection)
    fund_triggers.remove(connection)


def _is_transactional(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))
