"""Seals in a process of its own: bids whose figures and file hold a word; where on the server is it?

    python -m tests.procurement.canary_child 4

It hands bids in over HTTP, opens every page and export that could show them, takes a backup, and then searches
every file: data home, database, WAL, the server's log, temporary files, exports, the backup, on PostgreSQL the
server's own files and WAL too. Prints what was found before and after the opening as JSON.
"""

import base64
import gzip
import io
import json
import os
import sys
import traceback
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.databases import start_child

WORD, PRICE, HOURS = "金丝雀CANARY7731", "171717.17", "1717"
HOME = Path(os.environ.get("ZHAGEN_HOME", "."))
FORMATS = ("", "?format=xlsx", "?format=csv", "?format=docx")
READERS = ("handler", "auditor", "social_worker")
WRITABLE = ("evidence/", "tmp/", "throwaway.sqlite3", "zhagen.sqlite3")
"""Where Python code may open a file for writing while bids come in; evidence holds sealed bytes only."""


def prepare() -> list[str]:
    """Send the log and temporary files into the data home; return the list of files opened for writing."""
    (HOME / "system-tmp").mkdir()
    os.environ |= {"TMPDIR": str(HOME / "system-tmp"), "ZHAGEN_LOG_LEVEL": "DEBUG"}
    log = os.open(HOME / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stderr.fileno())
    opened: list[str] = []

    def watch(event: str, words: tuple) -> None:
        if (
            event == "open"
            and isinstance(words[0], str | bytes)
            and words[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ):
            opened.append(os.fsdecode(words[0]))

    sys.addaudithook(watch)
    return opened


def bid(place: int, tender) -> None:
    """Hand in one bid over HTTP; its file says the word in plain, the first one is large."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from tests.cast import make_organisation, make_person
    from tests.procurement import builders_tender as made
    from zhagen.core.types import Role

    agency = make_organisation(f"第{place}家服务社")
    head = make_person(f"canary{place}", f"负责人{place}", Role.AGENCY_HEAD, organisation=agency)
    word = WORD.encode()
    content = made.a_docx(f"{WORD}{place}")[:-2] + len(word).to_bytes(2, "little") + word
    content += (b"\0" * 3_000_000 + word) * (place == 0)  # past what an upload keeps in memory by default
    form = {"price_fen": PRICE, "hours": HOURS, "summary": f"{WORD} 摘要"}
    form["file"] = SimpleUploadedFile(f"{place}.docx", content)
    answer = head.client.post(reverse("bid_submit", args=[tender.pk]), form)
    assert answer.status_code == 200, answer.content.decode()[-600:]
    late = head.client.get(reverse("bid_offers"))
    keep(f"agency-{place}", late.content)


def keep(name: str, content: bytes) -> None:
    (HOME / "exports").mkdir(exist_ok=True)
    (HOME / "exports" / name).write_bytes(content)


def look_everywhere(people, tender) -> int:
    """Keep every page and export without object, and those of the round, as three readers see them."""
    from django.urls import NoReverseMatch, reverse

    from tests.web.matrix import pages
    from zhagen.audit.export import export_log
    from zhagen.procurement.models import Plan, Tender

    asked = 0
    about = {None: [], Tender: [tender.pk], Plan: [tender.plan_id]}
    clients = [people[key].client for key in READERS]
    for pattern in pages():
        if "GET" not in pattern.callback.methods or pattern.callback.model not in about:
            continue
        try:
            url = reverse(pattern.name, args=about[pattern.callback.model])
        except NoReverseMatch:
            continue
        formats = FORMATS if pattern.name.endswith("_list") else ("",)
        for number, client in enumerate(clients):
            for wanted in formats:
                answer = client.get(url + wanted)
                keep(f"{pattern.name}-{number}{wanted.replace('?format=', '.')}", b"".join(answer))
                asked += 1
    keep("log.jsonl", b"\n".join(export_log()))
    return asked


def canary(bids: int, opened: list[str]) -> dict:
    from tests.cast import cast
    from tests.procurement import builders_tender as made
    from zhagen.platform import clock
    from zhagen.procurement.actions import seal, tender
    from zhagen.procurement.models import Bid

    people = cast()
    with clock.batch_at(made.PUBLISHED_AT):
        round_ = made.a_round(people, "open")
        opened.clear()
        for place in range(bids):
            bid(place, round_.tender)
        written = [name for name in opened if not is_writable(name)]
        asked = look_everywhere(people, round_.tender)
    mine = Bid.objects.filter(tender=round_.tender)
    plain = mine.exclude(price_fen=None, hours=None, summary="", opened_file="").count()
    before = leaks("before")
    tender.close_tender(round_.tender, by=people["handler"].actor, now=made.CLOSES_AT)
    made._draw(people, round_)
    typed = tuple(seal.HolderTyped(kind, round_.words[kind]) for kind in ("finance", "discipline"))
    seal.open_round(round_.tender, typed, by=people["handler"].actor, now=made.OPENED_AT)
    return {
        "sealed": mine.count(), "plain": plain, "written": written, "asked": asked,
        "before": before, "after": leaks("after"),
    }  # fmt: skip


def is_writable(name: str) -> bool:
    inside = name.removeprefix(f"{HOME.resolve()}/").removeprefix(f"{HOME}/")
    return name == os.devnull or inside.startswith((*WRITABLE, "exports/"))


def forms_of(word: str) -> list[bytes]:
    """Return the ways in which a word may stand in a file: UTF-8, UTF-16, JSON, hex, base64 at each offset."""
    plain = word.encode()
    shifted = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
    return [
        plain,
        word.encode("utf-16-le"),
        json.dumps(word).strip('"').encode(),
        plain.hex().encode(),
        *shifted,
    ]


def contents(content: bytes) -> Iterator[bytes]:
    """Yield a file's bytes and what lies packed in it."""
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def backed_up(name: str) -> None:
    """Take a backup as an operator does and unpack it beside: a packed part is searched too."""
    import tarfile

    from zhagen.web.backup import make_backup

    make_backup(HOME / f"backup-{name}.tar", with_keys=True)
    with tarfile.open(HOME / f"backup-{name}.tar") as archive:
        archive.extractall(HOME / f"backup-{name}", filter="data")


def folders() -> list[Path]:
    """Return the data home and, on PostgreSQL, the server's own folder."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return [HOME]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        return [HOME, Path(cursor.fetchone()[0])]


def leaks(name: str) -> list[str]:
    """Return the files that hold a word of the bids in any form."""
    backed_up(name)
    forms = forms_of(WORD) + forms_of("17171717")[:2] + forms_of(PRICE)[:2]
    found = []
    for folder in folders():
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            if any(form in part for part in contents(file.read_bytes()) for form in forms):
                found.append(str(file.relative_to(folder)))
    return found


def main(bids: int) -> None:
    told, opened = os.dup(sys.stderr.fileno()), prepare()
    try:
        start_child()
        print(json.dumps(canary(bids, opened), ensure_ascii=False))
    except BaseException:
        os.write(told, traceback.format_exc().encode())
        raise


if __name__ == "__main__":
    main(int(sys.argv[1]))
