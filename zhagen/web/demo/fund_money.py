"""What becomes of granted money in the demo: work, receipts, claims desk by desk, reports, clearing, the closed book."""

import datetime as dt

from zhagen.community.actions.fund_clearing import begin_clearing, close_cycle
from zhagen.community.actions.fund_entry import approve_entry, pay_coaching, show_own
from zhagen.community.actions.fund_receipt import ReceiptDraft, Scan, add_receipt, check_receipt
from zhagen.community.actions.grant import GrantReport, accept_grant, clear_grant, report_grant, start_grant
from zhagen.community.actions.grant_claim import (
    record_grant_payment,
    resubmit_grant_claim,
    return_grant_claim,
    sign_grant_claim,
    submit_grant_claim,
)
from zhagen.community.models import FundReceipt, GrantClaim
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.lab.fund_story import Project
from zhagen.platform.files import sha256_hex, store
from zhagen.platform.home import data_home
from zhagen.web.demo.fund import FEN, Told
from zhagen.web.demo.world import World

STARTED, SHOWN, CONFIRMED, BOUGHT, CHECKED, CLAIMED = 5, 6, 7, 20, 22, 24
SIGNED = (25, 26, 28)
PAID, REPORTED, ACCEPTED, CLEARED = 32, 45, 48, 50
"""Days after the grants were made."""

BACK_ONCE = 2
"""Place of the grant whose claim comes back once for a missing paper."""

COACHING_PAID, CLEARING_BEGUN, CLOSED = dt.date(2025, 11, 20), dt.date(2025, 12, 10), dt.date(2025, 12, 15)


def put_on_days(world: World, told: Told) -> None:
    """Put what becomes of the grants on its days."""
    day = told.plan.days.granted

    def later(days: int, step: object, *args: object) -> None:
        world.later(day + dt.timedelta(days), _each_grant, told, step, *args)

    for days, step in ((STARTED, start), (SHOWN, own_shown), (CONFIRMED, own_confirmed), (BOUGHT, buy)):
        later(days, step)
    later(CHECKED, check)
    later(CLAIMED, claim)
    for days, signer in zip(SIGNED, ("secretary", "handler", "leader"), strict=True):
        later(days, sign, signer)
    for days, step in ((PAID, pay), (REPORTED, report), (ACCEPTED, accept), (CLEARED, clear)):
        later(days, step)
    if told.plan.days.clearing < world.district.ends_on:
        world.later(COACHING_PAID, coaching, told)
        world.later(COACHING_PAID + dt.timedelta(3), coaching_confirmed, told)
        world.later(CLEARING_BEGUN, begin, told)
        world.later(CLOSED, close, told)


ORDER = ("check", "sign", "pay")
STOPPED_BEFORE = {"check": 0, "claim": 0, "sign": 1, "pay": 2}
"""Step → how far a grant must be meant to go for the step to be taken."""


def _each_grant(world: World, told: Told, step: object, *args: object) -> None:
    for title in told.grants:
        told.grants[title].refresh_from_db()
        step(world, told, title, *args)  # type: ignore[operator]


def _project(told: Told, title: str) -> Project:
    return told.projects[title][1]


def _goes_to(told: Told, title: str, step: str) -> bool:
    """Whether a grant goes as far as a step before the story's last day."""
    stops = _project(told, title).stops
    return not stops or ORDER.index(stops) > STOPPED_BEFORE[step]


def _secretary(told: Told) -> str:
    return f"secretary:{told.plan.community}"


def _checker(told: Told, title: str) -> str:
    """Return who checks receipts: the community's worker, or the secretary where she is kin of the proposer."""
    return _secretary(told) if told.office in _project(told, title).kin_of else told.office


def start(world: World, told: Told, title: str) -> None:
    """Begin the work."""
    told.grants[title] = world.act(start_grant, told.grants[title], by=told.lead)


def own_shown(world: World, told: Told, title: str) -> None:
    """Show what the residents raised themselves."""
    own = _project(told, title).own_yuan
    if own:
        what = f"{told.plan.sign}接龙登记，已存居委会账户"
        more = {"what": what, "reference": f"{told.plan.sign}收{told.plan.year}-01"}
        told.entries[title] = world.act(show_own, told.grants[title], own * FEN, **more, by=told.office)


def own_confirmed(world: World, told: Told, title: str) -> None:
    """Let finance confirm that it is there; so the matching is freed."""
    if title in told.entries:
        world.act(approve_entry, told.entries[title], by=f"finance:{told.street}")


def buy(world: World, told: Told, title: str) -> None:
    """Add an invoice for each line of the cost; residents' own money pays a part of the last."""
    project, grant = _project(told, title), told.grants[title]
    lines = list(grant.proposal.cost_lines.order_by("order"))
    for buy_, line in zip(project.buys, lines, strict=True):
        is_first, is_last = line is lines[0], line is lines[-1]
        whole = line.amount_fen * project.spent_bp // FULL_BP if is_first else line.amount_fen
        own = project.own_yuan * FEN if is_last else 0
        seller = world.organisations.get(buy_.seller)
        name = seller.name if seller else project.shop
        for fen, money in ((whole - own, FundReceipt.Money.FUND), (own, FundReceipt.Money.OWN)):
            if fen:
                number = _next_invoice(told)
                draft = ReceiptDraft(
                    fen, line.what, name, number, world.day - dt.timedelta(1), money, cost_line=line
                )
                world.act(add_receipt, grant, draft, _scan(draft), by=told.lead)


def _next_invoice(told: Told) -> str:
    """Return the number of the next invoice of a cycle."""
    told.invoices += 1
    return f"25{told.plan.community[-3:]}{told.plan.year}{told.invoices:05d}"


def _scan(draft: ReceiptDraft) -> Scan:
    """Return a one-page PDF in place of an invoice's photo."""
    words = f"DEMO INVOICE {draft.invoice_no}  {draft.amount_fen / FEN:.2f} CNY"
    content = a_pdf(words)
    digest = store(data_home() / "evidence", content)
    return Scan(digest, "application/pdf", sha256_hex(content))


def a_pdf(words: str) -> bytes:
    """Return a PDF of one page with one line of plain letters."""
    drawn = f"BT /F 18 Tf 40 740 Td ({words}) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def check(world: World, told: Told, title: str) -> None:
    """Let another person check each receipt."""
    if _goes_to(told, title, "check"):
        for receipt in told.grants[title].receipts.filter(state="added").order_by("added_at"):
            world.act(check_receipt, receipt, by=_checker(told, title))


def claim(world: World, told: Told, title: str) -> None:
    """Let the community's reporter hand the checked receipts in."""
    if _goes_to(told, title, "claim"):
        told.claims[title] = world.act(submit_grant_claim, told.grants[title], by=told.office)


def sign(world: World, told: Told, title: str, role: str) -> None:
    """Sign at one desk; one claim comes back from the section once for a missing paper."""
    if not _goes_to(told, title, "claim") or (role != "secretary" and not _goes_to(told, title, "sign")):
        return
    who = _secretary(told) if role == "secretary" else f"{role}:{told.street}"
    is_back = role == "handler" and list(told.grants).index(title) == BACK_ONCE
    if is_back and told.plan.days.clearing < world.district.ends_on:
        missing = "缺验收照片，请补一张。"
        made = world.act(return_grant_claim, told.claims[title], missing=missing, by=who)
        made = world.act(resubmit_grant_claim, made, by=told.office)
        told.claims[title] = world.act(sign_grant_claim, made, by=_secretary(told))
    told.claims[title] = world.act(sign_grant_claim, told.claims[title], by=who)


def pay(world: World, told: Told, title: str) -> None:
    """Record the treasury's voucher."""
    if not _goes_to(told, title, "pay"):
        return
    made: GrantClaim = told.claims[title]
    voucher = f"记-{world.day:%Y%m}-{made.number[-4:-1]}"
    told.claims[title] = world.act(
        record_grant_payment, made, voucher_no=voucher, paid_on=world.day, by=f"finance:{told.street}"
    )


def report(world: World, told: Told, title: str) -> None:
    """Report what was done, led by the proposer."""
    if _goes_to(told, title, "pay"):
        said = GrantReport(f"{_project(told, title).steps}已按此做完，现场请邻居看过。", 40 + 13 * len(title))
        told.grants[title] = world.act(report_grant, told.grants[title], said, by=told.lead)


def accept(world: World, told: Told, title: str) -> None:
    """Let the street accept it."""
    if _goes_to(told, title, "pay"):
        note = "到现场看过，与提案一致。"
        told.grants[title] = world.act(
            accept_grant, told.grants[title], note=note, by=f"handler:{told.street}"
        )


def clear(world: World, told: Told, title: str) -> None:
    """Give back what was not spent."""
    if told.grants[title].state == GrantState.ACCEPTED:
        world.act(clear_grant, told.grants[title], by=f"finance:{told.street}")


def coaching(world: World, told: Told) -> None:
    """Ask to enter what the agency got for its coaching."""
    amount = told.plan.coaching_yuan * FEN
    more = {"what": "陪伴辅导费，按合同一次付清", "reference": "记-202511-088"}
    told.entries[""] = world.act(pay_coaching, told.cycle, amount, **more, by=f"handler:{told.street}")


def coaching_confirmed(world: World, told: Told) -> None:
    """Let finance confirm it by the voucher."""
    world.act(approve_entry, told.entries[""], by=f"finance:{told.street}")


def begin(world: World, told: Told) -> None:
    """Begin the clearing."""
    told.cycle = world.act(begin_clearing, told.cycle, by=f"finance:{told.street}")


def close(world: World, told: Told) -> None:
    """Close the cycle; what is left goes back to the street."""
    told.cycle = world.act(close_cycle, told.cycle, voucher_no="退-202512-003", by=f"finance:{told.street}")
