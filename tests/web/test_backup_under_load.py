"""A backup taken while others write restores to the same log root, on SQLite and on PostgreSQL."""

import json
import subprocess
import sys
import tarfile
import time

import pytest

from tests import databases, proofs
from tests.web.running import ROOT

SLICE, FULL = 1, 5
WRITER = """
import sys, time
import django; django.setup()
from zhagen.audit.models import TreeState
from zhagen.audit.sealer import seal_pending
from zhagen.core.types import SYSTEM, Role
from zhagen.parties.actions.invitation import Invited, issue_invitation
from zhagen.parties.models import Place
from zhagen.platform.clock import now
from zhagen.platform.tx import write_tx
place, _ = Place.objects.get_or_create(code="990101001000", defaults=dict(name="青禾街道", level=4,
    parent="990101000000", edition="demo", is_active=True))
print("ready", flush=True)
while sys.argv[1] == "on" or TreeState.objects.get(pk=1).size < 20:
    write_tx(issue_invitation)(Invited("新人", Role.HANDLER, place=place), by=SYSTEM, now=now())
    seal_pending()
"""
ROOT_AT = """
from zhagen.audit.models import Leaf, Event
from zhagen.audit.export import check_live
from zhagen.core.merkle import leaf_hash, root_of
leaves = Leaf.objects.select_related("event").filter(number__lte={log_size}).order_by("number")
print(root_of([leaf_hash(each.event.logged.leaf) for each in leaves]).hex(), len(check_live().findings),
      Event.objects.filter(kind="office.restored").count(), Leaf.objects.count())
"""


def zhagen(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "zhagen.web.manage", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def writer(environment: dict[str, str]) -> subprocess.Popen:
    """Start somebody who writes until he is stopped."""
    started = subprocess.Popen(
        [sys.executable, "-c", WRITER, "on"],
        cwd=ROOT, env=environment | {"DJANGO_SETTINGS_MODULE": "zhagen.web.settings"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout.readline() == "ready\n"
    time.sleep(0.5)
    return started


def a_backup_under_load(environment: dict[str, str], target) -> dict:
    """Back up while somebody writes; return the backup's list."""
    busy = writer(environment)
    zhagen(environment, "backup", str(target))
    assert busy.poll() is None
    busy.kill()
    busy.wait()
    with tarfile.open(target) as archive:
        return json.loads(archive.extractfile("manifest.json").read())


@pytest.mark.campaign
def test_a_backup_taken_under_load_restores_to_the_same_root(tmp_path):
    times, events = proofs.size(SLICE, FULL), []
    with databases.own_database(tmp_path / "office") as office:
        office["ZHAGEN_LANGUAGE"] = "en"
        zhagen(office, "prepare")
        for number in range(times):
            target = tmp_path / f"{number}.tar"
            manifest = a_backup_under_load(office, target)
            with databases.own_database(tmp_path / f"restored-{number}") as other:
                if number % 2:  # what PostgreSQL wrote restores to SQLite too
                    other = databases.on_sqlite(other)  # noqa: PLW2901
                told = zhagen(other | {"ZHAGEN_LANGUAGE": "en"}, "restore", str(target))
                root, findings, restored, size = zhagen(
                    other, "django", "shell", "-v", "0", "-c", ROOT_AT.format(**manifest)
                ).split()[-4:]
            assert manifest["log_root"][:16] in told
            assert (root, findings, restored) == (manifest["log_root"], "0", "1")
            assert int(size) >= manifest["log_size"] > 0
            events.append(manifest["log_size"])
    proofs.found(
        "backups under load, restored", size=times, full=FULL, most_events=max(events), roots_that_differ=0
    )
