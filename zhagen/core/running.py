"""Running contracts that an office brings along: rows of three sheets, checked against each other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.errors import RuleError


@dataclass(frozen=True, slots=True)
class RunningContract:
    """A contract that began before the office used this system; amounts in fen."""

    row: int
    number: str
    title: str
    agency: str
    kind: str
    amount_fen: int
    starts_on: date
    ends_on: date
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningInstalment:
    """An instalment of such a contract and what was paid of it."""

    row: int
    number: str
    order: int
    budget_year: int
    amount_fen: int
    due_on: date
    paid_fen: int = 0
    paid_on: date | None = None
    voucher_no: str = ""


@dataclass(frozen=True, slots=True)
class RunningStaff:
    """A worker's time on such a contract."""

    row: int
    number: str
    community: str
    name: str
    post: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """All rows of an upload."""

    contracts: Sequence[RunningContract]
    instalments: Sequence[RunningInstalment]
    staff: Sequence[RunningStaff]


def check_contract(
    each: RunningContract, agencies: Collection[str], communities: Collection[str]
) -> list[RuleError]:
    """Return what is wrong with a contract's row."""
    found = []
    if each.agency not in agencies:
        found.append(RuleError("running.unknown_agency", row=each.row, name=each.agency))
    if each.ends_on <= each.starts_on:
        found.append(
            RuleError("running.no_term", row=each.row, starts_on=each.starts_on, ends_on=each.ends_on)
        )
    for name in each.communities:
        if name not in communities:
            found.append(RuleError("running.unknown_community", row=each.row, name=name))
    return found


def check_instalments(contract: RunningContract, instalments: Sequence[RunningInstalment]) -> list[RuleError]:
    """Return what is wrong with the instalments of a contract, together and each."""
    found = []
    total = sum(each.amount_fen for each in instalments)
    if instalments and total != contract.amount_fen:
        figures = {"number": contract.number, "total": total / 100, "amount": contract.amount_fen / 100}
        found.append(RuleError("running.total_differs", row=contract.row, **figures))  # type: ignore[arg-type]
    seen: set[int] = set()
    for each in instalments:
        if each.order in seen:
            found.append(RuleError("running.order_twice", row=each.row, number=each.number, order=each.order))
        seen.add(each.order)
        if each.paid_fen > each.amount_fen:
            found.append(RuleError("running.overpaid", row=each.row, number=each.number, order=each.order))
        if each.paid_fen and not (each.paid_on and each.voucher_no):
            found.append(RuleError("running.no_voucher", row=each.row, number=each.number, order=each.order))
    return found


def check_staff(
    each: RunningStaff, numbers: Collection[str], communities: Mapping[str, str]
) -> list[RuleError]:
    """Return what is wrong with a worker's row."""
    found = []
    if each.number not in numbers:
        found.append(RuleError("running.unknown_number", row=each.row, number=each.number))
    if each.community not in communities:
        found.append(RuleError("running.unknown_community", row=each.row, name=each.community))
    if each.until_on and each.until_on < each.from_on:
        found.append(
            RuleError("running.no_term", row=each.row, starts_on=each.from_on, ends_on=each.until_on)
        )
    return found
