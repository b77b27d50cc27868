"""Seals in a process of its own: bids whose figures and file hold a word; where is it before the opening?

    python -m tests.procurement.canary_child 4

Prints what was found as JSON.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.databases import start_child


def canary(bids: int) -> dict:
    """Hand bids in whose figures and file hold a word; search every file of the data home and of temp."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from tests.cast import cast, make_organisation, make_person
    from tests.procurement import builders_tender as made
    from zhagen.core.types import Role
    from zhagen.platform import clock
    from zhagen.procurement.actions import seal, tender
    from zhagen.procurement.models import Bid

    word, price = "金丝雀CANARY7731", "171717.17"
    people = cast()
    with clock.batch_at(made.PUBLISHED_AT):
        round_ = made.a_round(people, "open")
        for place in range(bids):
            agency = make_organisation(f"第{place}家服务社")
            head = make_person(f"canary{place}", f"负责人{place}", Role.AGENCY_HEAD, organisation=agency)
            big = made.a_docx(word).ljust(3_000_000, b"\0") if place == 0 else made.a_docx(f"{word}{place}")
            form = {"price_fen": price, "hours": "1717", "summary": f"{word} 摘要"}
            form["file"] = SimpleUploadedFile(f"{place}.docx", big)
            answer = head.client.post(reverse("bid_submit", args=[round_.tender.pk]), form)
            assert answer.status_code == 200, answer.content.decode()[-600:]
    sealed = Bid.objects.filter(tender=round_.tender).count()
    before = leaks(word, "17171717")
    tender.close_tender(round_.tender, by=people["handler"].actor, now=made.CLOSES_AT)
    made._draw(people, round_)
    typed = tuple(seal.HolderTyped(kind, round_.words[kind]) for kind in ("finance", "discipline"))
    seal.open_round(round_.tender, typed, by=people["handler"].actor, now=made.OPENED_AT)
    return {"sealed": sealed, "before": before, "after": len(leaks(word, "17171717"))}


def leaks(*words: str) -> list[str]:
    """Return the files that hold one of the words in any plain form; a backup copy of the database too."""
    from django.db import connection

    home = Path(os.environ["ZHAGEN_HOME"])
    copy = home / "tmp" / "backup-copy.sqlite3"
    with connection.cursor() as cursor:
        copy.unlink(missing_ok=True)
        cursor.execute("VACUUM INTO %s", [str(copy)])
    forms = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    forms += [json.dumps(word).strip('"').encode() for word in words]
    folders = (home, Path(tempfile.gettempdir()) / "zhagen-canary")
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [str(file.relative_to(home)) for file in files if any(form in file.read_bytes() for form in forms)]


if __name__ == "__main__":
    start_child()
    print(json.dumps(canary(int(sys.argv[1])), ensure_ascii=False))
