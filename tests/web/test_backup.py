"""Backup and restore: keys apart, damage noticed, nothing overwritten unasked. Under load: the file beside."""

import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.web.running import ROOT, environment, run_zhagen

WRITER = """
import sys, time
import django; django.setup()
from zhagen.core.types import SYSTEM, Role
from zhagen.parties.actions.invitation import Invited, issue_invitation
from zhagen.parties.models import Place
from zhagen.platform.clock import now
from zhagen.platform.tx import write_tx
place, _ = Place.objects.get_or_create(code="990101001000", defaults=dict(name="青禾街道", level=4,
    parent="990101000000", edition="demo", is_active=True))
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    write_tx(issue_invitation)(Invited("新人", Role.HANDLER, place=place), by=SYSTEM, now=now())
"""


def write_for(home: Path, seconds: float) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(seconds)],
        cwd=ROOT,
        env=environment(home, DJANGO_SETTINGS_MODULE="zhagen.web.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def manifest_of(backup: Path) -> dict:
    with tarfile.open(backup) as archive:
        return json.loads(archive.extractfile("manifest.json").read())


@pytest.fixture(scope="module")
def office(tmp_path_factory, prepared_once) -> tuple[Path, Path]:
    """A home that was written to, and its backup."""
    home = Path(shutil.copytree(prepared_once, tmp_path_factory.mktemp("office") / "home"))
    evidence = home / "evidence" / "ba" / "78"
    evidence.mkdir(parents=True)
    (evidence / "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").write_bytes(b"abc")
    write_for(home, 0.5)
    made = run_zhagen(home, "backup", str(home.parent / "office.tar"))
    assert made.returncode == 0, made.stderr
    return home, home.parent / "office.tar"


def test_the_keys_stay_out_unless_asked_for(office, tmp_path):
    home, backup = office
    with_keys = run_zhagen(home, "backup", str(tmp_path / "k.tar"), "--with-keys")

    assert with_keys.returncode == 0, with_keys.stderr
    assert any(name.startswith("keys/") for name in manifest_of(tmp_path / "k.tar")["files"])
    assert not any(name.startswith("keys/") for name in manifest_of(backup)["files"])
    assert (tmp_path / "k.tar").stat().st_mode & 0o077 == 0


def test_a_restore_overwrites_nothing_unless_forced_and_then_keeps_the_old(office):
    home, backup = office
    before = (home / "zhagen.sqlite3").read_bytes()

    refused = run_zhagen(home, "restore", str(backup))
    same = (home / "zhagen.sqlite3").read_bytes() == before
    forced = run_zhagen(home, "restore", str(backup), "--force")

    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert same
    assert forced.returncode == 0, forced.stderr
    assert list(home.glob("before-restore-*/zhagen.sqlite3"))


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flip(content: bytes) -> bytes:
    at = content.index(b"SQLite format 3") + 5000
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _swap_evidence(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old.getmembers():
            data = old.extractfile(member).read()
            data = b"abd" if member.name.startswith("evidence/") else data
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "damage", [_cut, _flip, _swap_evidence, lambda content: b"", lambda content: b"no tar"]
)
def test_a_damaged_backup_is_noticed_before_anything_is_touched(office, tmp_path, damage):
    _, backup = office
    bad = tmp_path / "bad.tar"
    bad.write_bytes(damage(backup.read_bytes()))

    answer = run_zhagen(tmp_path / "home", "restore", str(bad))

    assert answer.returncode == 2, answer.stdout
    assert re.search("damaged|not a readable backup", answer.stderr)
    assert not (tmp_path / "home" / "zhagen.sqlite3").exists()


def test_an_existing_file_is_not_overwritten(office):
    home, backup = office

    answer = run_zhagen(home, "backup", str(backup))

    assert answer.returncode == 2
    assert "exists" in answer.stderr


def test_a_portable_dump_holds_every_row_and_loads_into_an_empty_database(office, prepared_home, tmp_path):
    home, _ = office
    dump = tmp_path / "dump.jsonl.gz"
    code = (
        f"from pathlib import Path; from zhagen.web.dump import write_dump; write_dump(Path({str(dump)!r}))"
    )
    assert run_zhagen(home, "django", "shell", "-c", code).returncode == 0
    other = prepared_home

    loaded = subprocess.run(
        [sys.executable, "-m", "zhagen.web.load_dump", str(dump)],
        cwd=ROOT, env=environment(other, DJANGO_SETTINGS_MODULE="zhagen.web.settings"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert loaded.returncode == 0, loaded.stderr
    assert _checked(other) == _checked(home)


def _checked(home: Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "zhagen.web.check_copy"],
        cwd=ROOT, env=environment(home, DJANGO_SETTINGS_MODULE="zhagen.web.settings"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
