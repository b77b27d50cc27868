"""Pages at the size of a district beside an empty Django view: p50, p95; memory and start of the server.

    python bench/web.py [--small] [--write docs/reference/performance.md]

It fills a data home of its own (50 communities, 100,000 doors, 1,000,000 rows of attendance), asks the ten busiest
pages through the whole stack of middleware in this process, and prints each page's time as a multiple of the empty
view's. Then it starts `zhagen serve` twice and measures the second start and the memory of all its processes
(pages shared between processes counted once: PSS). `--small` is a hundredth, for trying it out.
"""

import argparse
import datetime as dt
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
HOME = Path(tempfile.mkdtemp(prefix="zhagen-bench-"))
os.environ["ZHAGEN_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "zhagen.web.settings"
os.environ.pop("ZHAGEN_DATABASE_URL", None)

COMMUNITIES, DOORS, ATTENDANCE, PER_KIND = 50, 100_000, 1_000_000, 2_000
SMALL = 100
WARM, ASKED = 3, 40
BATCH = 5_000
MOST_MEBIBYTES = 300
PAGES = (
    ("desk", "handler"),
    ("need_list", "handler"),
    ("need_view", "handler"),
    ("contract_list", "chief"),
    ("contract_view", "chief"),
    ("claim_list", "finance"),
    ("acceptance_list", "chief"),
    ("chain_view", "chief"),
    ("overview_view", "leader"),
    ("contract_public_list", "outsider"),
)
AT = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)


def many(model, rows) -> None:
    """Write rows in batches, outside the actions: this is a filling, not a history."""
    model.objects.bulk_create(rows, batch_size=BATCH)


def fill(divisor: int) -> dict:
    """Fill one street of the given size; return its people and one object a page is about."""
    from tests.cast import STREET, cast
    from tests.delivery.builders import a_staffing
    from tests.procurement.builders_contract import a_contract
    from zhagen.delivery.models import Activity, Attendance
    from zhagen.parties.models import Door, Place
    from zhagen.procurement.models import Claim, Contract, Instalment, Need

    people = cast()
    each = max(PER_KIND // divisor, 50)
    places = [
        Place(
            code=f"{STREET[:9]}{100 + i:03d}",
            name=f"第{i}社区",
            level=5,
            parent=STREET,
            edition="bench",
            is_active=True,
        )
        for i in range(COMMUNITIES)
    ]
    many(Place, places)
    doors = DOORS // divisor
    many(
        Door,
        (
            Door(place=places[i % COMMUNITIES], building=f"{i // 500}号楼", number=f"{i}")
            for i in range(doors)
        ),
    )
    owner = people["handler"].user
    needs = [
        Need(
            code=f"B{i:07d}", place=places[i % COMMUNITIES], theme="elderly", text=f"想有个地方下棋，第{i}条",
            public_text="活动场地", channel="page", owner=owner, next_on=AT.date(), answer_due_on=AT.date(), raised_at=AT,
        )
        for i in range(each * 5)
    ]  # fmt: skip
    many(Need, needs)
    first = a_contract(people)
    worker = a_staffing(first, people["social_worker"])
    contracts = [
        Contract(
            place_id=STREET, agency=first.agency, origin="imported", kind="project", number=f"BM-{i}", title=f"合同{i}",
            amount_fen=10**7, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31), state="in_service",
            signed_on=AT.date(), created_at=AT,
        )
        for i in range(each // 5)
    ]  # fmt: skip
    many(Contract, contracts)
    parts = [
        Instalment(
            contract=c, order=1, budget_year=2026, amount_fen=10**7, payable_fen=10**7, claimed_fen=10**7, due_on=AT.date(),
            condition="验收合格后",
        )
        for c in contracts
    ]  # fmt: skip
    many(Instalment, parts)
    claims = [
        Claim(
            contract=p.contract, instalment=p, number=f"F{i}", amount_fen=10**6, state="submitted", desk_since=AT,
            submitted_at=AT, created_at=AT,
        )
        for i, p in enumerate(parts)
    ]  # fmt: skip
    many(Claim, claims)
    activities = [
        Activity(
            contract=first, place=places[i % COMMUNITIES], worker=worker, kind="group", title="手工小组",
            held_on=dt.date(2026, 3, 1) + dt.timedelta(days=i % 60), minutes=90, logged_at=AT,
        )
        for i in range(each * 5)
    ]  # fmt: skip
    many(Activity, activities)
    stays = ATTENDANCE // divisor
    many(
        Attendance,
        (
            Attendance(activity=activities[i % len(activities)], way="paper", door=f"{i}", at=AT)
            for i in range(stays)
        ),
    )
    return {"people": people, "need_view": needs[0].pk, "contract_view": first.pk}


def ask(client, url: str) -> list[float]:
    """Return the milliseconds of each request, in order of size."""
    for _ in range(WARM):
        assert client.get(url).status_code == 200, url
    times = []
    for _ in range(ASKED):
        started = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def p95(times: list[float]) -> float:
    """Return the time below which nineteen of twenty requests stayed."""
    return times[int(len(times) * 0.95) - 1]


def empty_view_times() -> list[float]:
    """Return the times of a view that does nothing, by the same client, without our middleware."""
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    module = type(sys)("bench_empty")
    module.urlpatterns = [path("", lambda request: HttpResponse("ok"))]
    sys.modules["bench_empty"] = module
    with override_settings(ROOT_URLCONF="bench_empty", MIDDLEWARE=[]):
        return ask(Client(), "/")


def measured_pages(world: dict) -> list[str]:
    """Return a line of the table for each page, the empty view first."""
    from django.urls import reverse

    base = empty_view_times()
    middle = statistics.median(base)
    lines = [f"| an empty Django view | {middle:.2f} | {p95(base):.2f} | 1 |"]
    for name, who in PAGES:
        args = [world[name]] if name in world else []
        times = ask(world["people"][who].client, reverse(name, args=args))
        ratio = statistics.median(times) / middle
        lines.append(f"| `{name}` | {statistics.median(times):.1f} | {p95(times):.1f} | {ratio:.0f} |")
    return lines


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_of(pid: int) -> tuple[int, int]:
    """Return the processes of a process tree and their memory in MiB; what they share is counted once."""
    children = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    family, fresh = [pid], [pid]
    while fresh:
        fresh = [child for parent in fresh for child in children.get(parent, [])]
        family += fresh
    kilobytes = 0
    for each in family:
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return len(family), kilobytes // 1024


def served() -> tuple[float, int, int]:
    """Start `zhagen serve`; return the seconds until it answers, its processes and their MiB."""
    port, started = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "zhagen", "serve", "--port", str(port)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, "PYTHONPATH": "."})
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if server.poll() is not None or time.perf_counter() - started > 120:
                    raise
                time.sleep(0.02)
        seconds = time.perf_counter() - started
        for _ in range(20):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/public/contracts/", timeout=30).read()
        return seconds, *memory_of(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def main() -> None:
    """Fill, ask, serve, print; write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0, database="throwaway")
    call_command("migrate", verbosity=0, database="throwaway")
    divisor = SMALL if options.small else 1
    lines = measured_pages(fill(divisor))
    served()
    seconds, processes, mebibytes = served()
    text = page(divisor, lines, seconds=seconds, processes=processes, mebibytes=mebibytes)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    assert mebibytes <= MOST_MEBIBYTES, f"{mebibytes} MiB"


def page(divisor: int, lines: list[str], *, seconds: float, processes: int, mebibytes: int) -> str:
    """Return docs/reference/performance.md."""
    size = (
        f"{COMMUNITIES} communities, {DOORS // divisor:,} doors, {ATTENDANCE // divisor:,} rows of attendance"
    )
    head = [
        "# Performance",
        "",
        f"Written by `python bench/web.py --write`: {size}, SQLite, {os.cpu_count()} processors shared with other work, "
        f"Python {sys.version.split()[0]}.",
        "Milliseconds of the whole stack in one process; ratios are to an empty Django view of the same run.",
        "",
        "| page | p50 ms | p95 ms | × empty view |",
        "|---|---|---|---|",
    ]
    tail = [
        "",
        f"`zhagen serve`: {processes} processes with {mebibytes} MiB together (shared pages counted once; at most "
        f"{MOST_MEBIBYTES}), second start until the first page answers {seconds:.1f} s.",
        "That a list costs as many queries at fifty rows as at five is held by `tests/web/test_query_counts.py`.",
    ]
    return "\n".join([*head, *lines, *tail]) + "\n"


if __name__ == "__main__":
    main()
