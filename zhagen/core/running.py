"""Running contracts that an office brings along: rows of three sheets, checked against each other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan


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


CONTRACTS, INSTALMENTS, STAFF = "contracts", "instalments", "staff"
"""The three tables of an upload, as errors name them."""


def fault(
    code: str, at: RunningContract | RunningInstalment | RunningStaff, column: str, **figures: object
) -> RuleError:
    """Return an error of a row that names its table, row, column and the contract that it spoils."""
    tables = {RunningContract: CONTRACTS, RunningInstalment: INSTALMENTS, RunningStaff: STAFF}
    where = {"table": tables[type(at)], "column": column, "row": at.row, "number": at.number}
    return RuleError(code, **where, **figures)  # type: ignore[arg-type]


def check_contract(
    each: RunningContract, agencies: Collection[str], communities: Collection[str]
) -> list[RuleError]:
    """Return what is wrong with a contract's row."""
    found = []
    if each.agency not in agencies:
        found.append(fault("running.unknown_agency", each, "agency", name=each.agency))
    if each.ends_on <= each.starts_on:
        found.append(
            fault("running.no_term", each, "ends_on", starts_on=each.starts_on, ends_on=each.ends_on)
        )
    for name in each.communities:
        if name not in communities:
            found.append(fault("running.unknown_community", each, "communities", name=name))
    return found


def check_numbers(contracts: Sequence[RunningContract]) -> list[RuleError]:
    """Return the rows whose number stands above already."""
    seen: set[str] = set()
    found = []
    for each in contracts:
        if each.number in seen:
            found.append(fault("running.number_twice", each, "number"))
        seen.add(each.number)
    return found


def check_instalments(contract: RunningContract, instalments: Sequence[RunningInstalment]) -> list[RuleError]:
    """Return what is wrong with the instalments of a contract, together and each."""
    found = []
    total = sum(each.amount_fen for each in instalments)
    if instalments and total != contract.amount_fen:
        figures = {"total": format_yuan(total), "amount": format_yuan(contract.amount_fen)}
        found.append(fault("running.total_differs", contract, "amount_fen", **figures))
    seen: set[int] = set()
    for each in instalments:
        if each.order in seen:
            found.append(fault("running.order_twice", each, "order", order=each.order))
        seen.add(each.order)
        if each.paid_fen > each.amount_fen:
            found.append(fault("running.overpaid", each, "paid_fen", order=each.order))
        if each.paid_fen and not (each.paid_on and each.voucher_no):
            missing = "voucher_no" if each.paid_on else "paid_on"
            found.append(fault("running.no_voucher", each, missing, order=each.order))
    return found


def check_staff(
    each: RunningStaff, numbers: Collection[str], communities: Mapping[str, str]
) -> list[RuleError]:
    """Return what is wrong with a worker's row."""
    found = []
    if each.number not in numbers:
        found.append(fault("running.unknown_number", each, "number"))
    if each.community not in communities:
        found.append(fault("running.unknown_community", each, "community", name=each.community))
    if each.until_on and each.until_on < each.from_on:
        found.append(
            fault("running.no_term", each, "until_on", starts_on=each.from_on, ends_on=each.until_on)
        )
    return found
