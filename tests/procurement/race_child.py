"""Races of buying in a process of its own: real threads on a file database; prints what happened as JSON.

    python -m tests.procurement.race_child award 3 [without-guard]

Each round starts the same step in several threads at once. `without-guard` runs the steps outside their
transaction or takes money without asking, to show that the check of the test would notice.
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("ZHAGEN_HOME", tempfile.mkdtemp(prefix="zhagen-race-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
THREADS = 6
PAUSE_SECONDS = 0.02


def start() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for database in ("default", "throwaway"):
        call_command("migrate", database=database, verbosity=0)


def at_once(steps) -> Counter:
    """Run the steps in threads at once and count how each ended."""
    from django.db import connections

    from zhagen.core.errors import RuleError

    gate, ends = threading.Barrier(len(steps)), []

    def run(step) -> None:
        gate.wait()
        try:
            step()
            ends.append("done")
        except RuleError as error:
            ends.append(error.code)
        except Exception as error:  # what the test must find: a refusal that no rule made
            ends.append(f"broken:{type(error).__name__}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def bare(action, has_guard: bool):
    """Return the action in its transaction, or its body alone."""
    return action if has_guard else action.__wrapped__


def slow(module) -> None:
    """Widen the window between reading and writing."""
    real = module.permit

    def permit(*args, **kwargs):
        time.sleep(PAUSE_SECONDS)
        return real(*args, **kwargs)

    module.permit = permit


def race_award(people, number: int, has_guard: bool) -> dict:
    from tests.procurement import builders_tender as made
    from zhagen.procurement.actions import award
    from zhagen.procurement.models import Award

    tender = made.a_tender(people, "scored")
    by, decide = people["leader"].actor, bare(award.decide_award, has_guard)
    steps = [lambda: decide(tender, made.AWARD_DECISION, by=by, now=made.AWARDED_AT) for _ in range(THREADS)]
    ends = at_once(steps)
    rows = Award.objects.filter(tender=tender).count()
    return {"ends": ends, "is_right": rows == 1 and ends == {"done": 1, "lifecycle.not_now": THREADS - 1}}


def race_score(people, number: int, has_guard: bool) -> dict:
    from tests.procurement import builders_tender as made
    from zhagen.procurement.actions import panel, score
    from zhagen.procurement.models import Score

    round_ = made.a_round(people, "opened")
    seat = panel.active(round_.tender).first()
    by = made.member(people, seat).actor
    panel.declare_free(seat, by=by, now=made.OPENED_AT)
    hand_in, sheet = bare(score.hand_in_sheet, has_guard), made.a_sheet(round_.tender)
    ends = at_once([lambda: hand_in(seat, sheet, by=by, now=made.OPENED_AT) for _ in range(THREADS)])
    rows, wanted = Score.objects.filter(seat=seat).count(), len(sheet.marks)
    told = {"done": 1, "score.change_needs_reason": THREADS - 1}
    return {"ends": ends, "is_right": rows == wanted and ends == told}


def race_line(people, number: int, has_guard: bool) -> dict:
    from tests.procurement import builders_tender as made
    from zhagen.procurement.actions import budget, plan

    line = made.a_budget_line(people, amount_yuan=300_000, code=f"R{number}")
    plans = [made.a_plan(people, "checked", budget_line=line, year_fen=10_000_000) for _ in range(THREADS)]
    by, approve = people["leader"].actor, plan.approve_plan
    real = budget._take
    if not has_guard:
        from django.db.models import F

        budget._take = lambda pk, more: bool(
            type(line).objects.filter(pk=pk).update(committed_fen=F("committed_fen") + more)
        )
    later = made.PUBLISHED_AT
    steps = [lambda each=each: approve(each, made.DECISION, by=by, now=later) for each in plans]
    ends = at_once(steps)
    budget._take = real
    line.refresh_from_db()
    held = sum(type(each).objects.get(pk=each.pk).held_fen for each in plans)
    told = {"done": 3, "budget.line_exceeded": THREADS - 3}
    return {"ends": ends, "is_right": line.committed_fen == held == 30_000_000 and ends == told}


def race_bid(people, number: int, has_guard: bool) -> dict:
    from tests.procurement import builders_tender as made
    from zhagen.procurement.actions import bid
    from zhagen.procurement.models import Bid

    tender = made.a_tender(people, "open")
    by, at = people["agency_head"].actor, made.PUBLISHED_AT
    hand_in = bare(bid._hand_in, has_guard)
    steps = [
        lambda place=place: hand_in(tender, f"{place:064x}", f"{place:064x}", by=by, received_at=at)
        for place in range(THREADS)
    ]
    ends = at_once(steps)
    in_force = Bid.objects.filter(tender=tender, withdrawn_at=None).count()
    kept = Bid.objects.filter(tender=tender).count()
    return {"ends": ends, "is_right": in_force == 1 and kept == THREADS and ends == {"done": THREADS}}


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


RACES = {"award": race_award, "score": race_score, "line": race_line, "bid": race_bid}


def main() -> None:
    what, count = sys.argv[1], int(sys.argv[2])
    start()
    if what == "canary":
        print(json.dumps(canary(count), ensure_ascii=False))
        return
    from tests.cast import cast
    from zhagen.procurement.actions import award, score

    people = cast()
    for module in (award, score):
        slow(module)
    has_guard = "without-guard" not in sys.argv
    rounds = [RACES[what](people, number, has_guard) for number in range(count)]
    wrong = [each["ends"] for each in rounds if not each["is_right"]]
    print(json.dumps({"rounds": count, "wrong": wrong}))


if __name__ == "__main__":
    main()
