"""The archive folder (归档) of a purchase or contract: papers in archive order, what is missing, until when kept."""

import datetime as dt
import mimetypes
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.plan import PlanState
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.platform.clock import today
from zhagen.platform.files import read_stored
from zhagen.platform.scope import visible
from zhagen.platform.table_files import write_xlsx
from zhagen.platform.tables import Column, Language, Table
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions.folder import PaperKind, paper_kinds
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.models import Bid, Claim, Contract, Paper, Plan

DECIDED = (PlanState.APPROVED, PlanState.BUYING, PlanState.CONTRACTED)
OPENED = (TenderState.OPENED, TenderState.SCORED, TenderState.AWARDED)
UNSIGNED = (ContractState.DRAFT, ContractState.CANCELLED)
CHUNK_BYTES = 64 * 1024
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')

COLUMNS = (
    Column("order", "序号", "No.", "int"),
    Column("kind", "材料种类", "Kind of paper"),
    Column("status", "情况", "Status", width=12),
    Column("title", "材料名称", "Title", width=30),
    Column("added_at", "归入时间", "Filed at", "datetime"),
    Column("added_by", "归入人", "Filed by", width=12),
    Column("digest", "SHA-256", "SHA-256", width=66),
    Column("name", "文件", "File", width=40),
)


@dataclass(frozen=True)
class Item:
    """One file of the folder."""

    title: str
    digest: str
    content_type: str
    added_at: dt.datetime
    added_by: str = ""
    paper: Paper | None = None


@dataclass(frozen=True)
class Line:
    """One kind of paper: "on_file", "missing" (its stage is over), "later" or "optional"."""

    kind: PaperKind
    items: tuple[Item, ...]
    status: str


@dataclass(frozen=True)
class Folder:
    """All papers of a purchase, or of a contract that was imported while running.

    Args:
        owner: The plan, or the contract where there is no plan.
        contract: The contract, where there is one.
        lines: In archive order.
    """

    owner: Plan | Contract
    contract: Contract | None
    lines: tuple[Line, ...]

    @property
    def missing(self) -> int:
        """Kinds of paper that should be on file and are not."""
        return sum(line.status == "missing" for line in self.lines)

    @property
    def on_file(self) -> int:
        """Files in the folder."""
        return sum(len(line.items) for line in self.lines)


def plans_on_file(actor: Actor) -> list[Folder]:
    """Return the folders of all decided purchases and of contracts without one; queries do not grow with rows."""
    plans = (
        visible(actor, "folder.list", Plan)
        .filter(state__in=DECIDED)
        .prefetch_related(
            "papers__added_by", "tenders__award", "tenders__bids__agency", "contracts__claims__instalment"
        )
    )
    alone = (
        visible(actor, "folder.list", Contract)
        .filter(plan=None)
        .exclude(state=ContractState.CANCELLED)
        .prefetch_related("papers__added_by", "claims__instalment")
    )
    return [*map(folder_of_plan, plans), *map(folder_of_contract, alone)]


def folder_of_plan(plan: Plan) -> Folder:
    """Return a purchase's folder from its plan to its last payment."""
    tenders, contracts = list(plan.tenders.all()), list(plan.contracts.all())
    signed = [each for each in contracts if each.state not in UNSIGNED]
    papers = list(plan.papers.all())
    over = {
        "plan": plan.state in DECIDED,
        "tender": any(each.state in OPENED for each in tenders),
        "award": any(hasattr(each, "award") and each.award.annulled_at is None for each in tenders),
        "contract": bool(signed),
    }
    bids = [bid for each in tenders if each.opened_at for bid in each.bids.all() if bid.opened_file]
    items = [*_paper_items(papers), *(("bids", _bid_item(bid)) for bid in bids)]
    claims = [claim for each in signed for claim in each.claims.all()]
    lines = _lines(paper_kinds().values(), items, plan.method, over=over, lacking=_lacking(claims, papers))
    return Folder(plan, signed[0] if signed else None, lines)


def folder_of_contract(contract: Contract) -> Folder:
    """Return a contract's folder: its purchase's whole one, or the stages after signing where it has none."""
    if contract.plan is not None:
        return folder_of_plan(contract.plan)
    papers = list(contract.papers.all())
    kinds = [
        each for each in paper_kinds().values() if each.stage in ("contract", "claim") or each.code == "other"
    ]
    lacking = _lacking(list(contract.claims.all()), papers)
    over = {"contract": contract.state not in UNSIGNED}
    return Folder(contract, contract, _lines(kinds, _paper_items(papers), "", over=over, lacking=lacking))


def _lines(
    kinds: Iterable[PaperKind],
    items: Sequence[tuple[str, Item]],
    method: str,
    *,
    over: dict[str, bool],
    lacking: set[str],
) -> tuple[Line, ...]:
    lines = []
    for kind in kinds:
        found = tuple(item for code, item in items if code == kind.code)
        is_over = kind.code in lacking if kind.stage == "claim" else over.get(kind.stage, False)
        if kind.is_mandatory(method) and is_over and (not found or kind.stage == "claim"):
            status = "missing"
        elif found:
            status = "on_file"
        else:
            status = "later" if kind.is_mandatory(method) else "optional"
        lines.append(Line(kind, found, status))
    return tuple(lines)


def _lacking(claims: Sequence[Claim], papers: Sequence[Paper]) -> set[str]:
    """Return the kinds of payment papers that some paid claim has none of."""
    paid = [each for each in claims if each.state == ClaimState.PAID]
    has = {(key, paper.kind) for paper in papers for key in (paper.claim_id, paper.instalment_id) if key}
    kinds = [each.code for each in paper_kinds().values() if each.stage == "claim"]
    return {kind for kind in kinds if any(_lacks(claim, kind, has) for claim in paid)}


def _lacks(claim: Claim, kind: str, has: set[tuple[object, str]]) -> bool:
    """Return whether a payment lacks a paper; what is paid on signing needs no acceptance."""
    if kind == "acceptance_form" and claim.instalment.is_on_signing:
        return False
    return (claim.pk, kind) not in has and (claim.instalment_id, kind) not in has


def _paper_items(papers: Iterable[Paper]) -> list[tuple[str, Item]]:
    return [
        (
            each.kind,
            Item(
                each.title,
                each.file_digest,
                each.content_type,
                each.added_at,
                each.added_by.name if each.added_by else "",
                each,
            ),
        )
        for each in papers
    ]


def _bid_item(bid: Bid) -> Item:
    return Item(bid.agency.name, bid.opened_file, bid.opened_type, bid.received_at, bid.agency.name)


@dataclass(frozen=True)
class KeptUntil:
    """How long papers are kept: at least so many years after the end of the purchase."""

    label: str
    years: int
    source: str
    not_before: dt.date | None
    is_to_confirm: bool


def kept_until(folder: Folder, rules: Rules, language: Language) -> list[KeptUntil]:
    """Return the years of the rulebook; the earliest day is told once the contract has ended."""
    ended = folder.contract and (folder.contract.ended_on or folder.contract.ends_on)
    found = []
    for name in ("archive.purchase_files_min", "archive.vouchers_min"):
        value, years = rules.value(name), rules.int(name)
        until = _years_after(ended, years) if ended else None
        found.append(KeptUntil(value.label(language), years, value.source, until, value.confirm))
    return found


def _years_after(day: dt.date, years: int) -> dt.date:
    """Return the first day on which the years are full: counted from the day after the end."""
    after = day + dt.timedelta(days=1)
    is_leap_day = (after.month, after.day) == (2, 29)
    return dt.date(after.year + years, 3, 1) if is_leap_day else after.replace(year=after.year + years)


def zip_chunks(folder: Folder, language: Language) -> Iterator[bytes]:
    """Yield the whole folder as a zip: the catalogue as a sheet, then each paper, checked by its hash."""
    with tempfile.TemporaryDirectory(prefix="zhagen-folder-") as place:
        target = Path(place) / "folder.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as whole:
            rows = list(_pack(folder, whole, language))
            sheet = Path(place) / "catalogue.xlsx"
            write_xlsx(catalogue(folder, rows), language, sheet)
            whole.write(sheet, "00-目录.xlsx" if language == "zh" else "00-catalogue.xlsx")
        with target.open("rb") as made:
            while chunk := made.read(CHUNK_BYTES):
                yield chunk


def catalogue(folder: Folder, rows: Iterable[dict[str, object]]) -> Table:
    """Return the list of a folder's papers, the missing ones too."""
    name = f"{folder.owner.number} {folder.owner.title}"
    return Table((f"归档目录 {name}", f"Archive catalogue {name}"), COLUMNS, rows, as_of=today())


def _pack(folder: Folder, whole: zipfile.ZipFile, language: Language) -> Iterator[dict[str, object]]:
    for line in folder.lines:
        kind = line.kind.zh if language == "zh" else line.kind.en
        about = {"order": line.kind.order, "kind": kind, "status": say(f"status.folder.{line.status}")}
        if not line.items:
            yield about
        for place, item in enumerate(line.items, start=1):
            name = _file_name(line.kind.order, place, kind, item)
            try:
                whole.writestr(name, read_stored(evidence_root(), item.digest))
            except RuleError as error:
                name = explain(error)  # the catalogue says that the file is gone or was altered
            yield {
                **about,
                "title": item.title,
                "added_at": item.added_at,
                "added_by": item.added_by,
                "digest": item.digest,
                "name": name,
            }


def _file_name(order: int, place: int, kind: str, item: Item) -> str:
    ending = mimetypes.guess_extension(item.content_type) or ""
    safe = _UNSAFE.sub("_", item.title).strip(" .")[:60]
    return f"{order:02d}-{_UNSAFE.sub('_', kind)}/{place:02d}-{safe}{ending}"
