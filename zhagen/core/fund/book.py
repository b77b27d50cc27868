"""The fund's book: every fen moves from one account to another, so that all balances together are always 0.

The book mirrors the street's own account of a fund; it pays nothing. An account is a kind, for some kinds with the
grant that it belongs to. Two lie outside the fund: what the street gave and what residents raised; only these may
stand below 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhagen.core.errors import RuleError


class Account(StrEnum):
    """Where money of a fund may stand."""

    STREET = "street"
    RESIDENTS = "residents"
    POOL = "pool"
    COACHING = "coaching"
    MATCHING = "matching"
    MATCH = "match"
    GRANT = "grant"
    DUE = "due"
    SPENT = "spent"
    OWN = "own"
    OWN_SPENT = "own_spent"
    COACHED = "coached"
    TO_CLEAR = "to_clear"
    RETURNED = "returned"


A = Account
OUTSIDE = frozenset({A.STREET, A.RESIDENTS})
"""Below 0 by so much as came from there."""
OF_GRANT = frozenset({A.MATCH, A.GRANT, A.DUE, A.SPENT, A.OWN, A.OWN_SPENT})
"""One account a grant."""


class Way(StrEnum):
    """Why money moves; each way has one source and one target."""

    FOR_VOTE = "for_vote"
    FOR_COACHING = "for_coaching"
    FOR_MATCHING = "for_matching"
    GRANTED = "granted"
    MATCH_KEPT = "match_kept"
    RAISED = "raised"
    MATCHED = "matched"
    BOUGHT = "bought"
    STRUCK = "struck"
    PAID = "paid"
    BOUGHT_OWN = "bought_own"
    STRUCK_OWN = "struck_own"
    COACHED = "coached"
    UNSPENT = "unspent"
    UNMATCHED = "unmatched"
    OWN_BACK = "own_back"
    VOTE_LEFT = "vote_left"
    COACHING_LEFT = "coaching_left"
    MATCHING_LEFT = "matching_left"
    RETURNED = "returned"


W = Way
ROUTES: Mapping[Way, tuple[Account, Account]] = {
    W.FOR_VOTE: (A.STREET, A.POOL),
    W.FOR_COACHING: (A.STREET, A.COACHING),
    W.FOR_MATCHING: (A.STREET, A.MATCHING),
    W.GRANTED: (A.POOL, A.GRANT),
    W.MATCH_KEPT: (A.MATCHING, A.MATCH),
    W.RAISED: (A.RESIDENTS, A.OWN),
    W.MATCHED: (A.MATCH, A.GRANT),
    W.BOUGHT: (A.GRANT, A.DUE),
    W.STRUCK: (A.DUE, A.GRANT),
    W.PAID: (A.DUE, A.SPENT),
    W.BOUGHT_OWN: (A.OWN, A.OWN_SPENT),
    W.STRUCK_OWN: (A.OWN_SPENT, A.OWN),
    W.COACHED: (A.COACHING, A.COACHED),
    W.UNSPENT: (A.GRANT, A.TO_CLEAR),
    W.UNMATCHED: (A.MATCH, A.TO_CLEAR),
    W.OWN_BACK: (A.OWN, A.RESIDENTS),
    W.VOTE_LEFT: (A.POOL, A.TO_CLEAR),
    W.COACHING_LEFT: (A.COACHING, A.TO_CLEAR),
    W.MATCHING_LEFT: (A.MATCHING, A.TO_CLEAR),
    W.RETURNED: (A.TO_CLEAR, A.RETURNED),
}
LEFT_WAYS = (W.VOTE_LEFT, W.COACHING_LEFT, W.MATCHING_LEFT)
"""What a cycle's own accounts give up at the clearing."""
BY_RULE = frozenset(
    {W.FOR_VOTE, W.FOR_COACHING, W.FOR_MATCHING, W.GRANTED, W.MATCH_KEPT, W.MATCHED, W.UNSPENT, W.UNMATCHED}
    | {W.OWN_BACK, *LEFT_WAYS, W.RETURNED}
)
"""Ways that follow from the opened cycle, the approved list or the clearing day: nobody has to ask for them."""

Key = tuple[Account, str]
Balances = Mapping[Key, int]
"""(account, grant or "") → fen."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of money.

    Args:
        way: Why.
        amount_fen: How much, above 0.
        grant: Key of the grant where the way touches an account of one; else "".
    """

    way: Way
    amount_fen: int
    grant: str = ""

    @property
    def source(self) -> Key:
        """The account that gives."""
        return _key(ROUTES[self.way][0], self.grant)

    @property
    def target(self) -> Key:
        """The account that gets."""
        return _key(ROUTES[self.way][1], self.grant)


def _key(account: Account, grant: str) -> Key:
    return account, grant if account in OF_GRANT else ""


def needs_grant(way: Way) -> bool:
    """Return whether a way touches an account of a grant."""
    return bool(OF_GRANT & set(ROUTES[way]))


def balances(postings: Iterable[Posting]) -> dict[Key, int]:
    """Return what stands on each account; together always 0."""
    found: dict[Key, int] = {}
    for each in postings:
        found[each.source] = found.get(each.source, 0) - each.amount_fen
        found[each.target] = found.get(each.target, 0) + each.amount_fen
    return found


def check_posting(before: Balances, posting: Posting) -> None:
    """Refuse a posting of nothing, one without its grant, or one that its source cannot give.

    Raises:
        RuleError: "fund_book.amount_not_positive", "fund_book.grant_missing", "fund_book.too_little".
    """
    if posting.amount_fen <= 0:
        raise RuleError("fund_book.amount_not_positive")
    if needs_grant(posting.way) != bool(posting.grant):
        raise RuleError("fund_book.grant_missing", way=posting.way)
    left = before.get(posting.source, 0)
    if posting.source[0] not in OUTSIDE and posting.amount_fen > left:
        raise RuleError("fund_book.too_little", asked_fen=posting.amount_fen, left_fen=left)


def opening(votable_fen: int, coaching_fen: int, matching_fen: int) -> tuple[Posting, ...]:
    """Return what comes in when the street gives a cycle its money."""
    parts = ((W.FOR_VOTE, votable_fen), (W.FOR_COACHING, coaching_fen), (W.FOR_MATCHING, matching_fen))
    return tuple(Posting(way, fen) for way, fen in parts if fen)


def committing(grant: str, amount_fen: int, matched_fen: int) -> tuple[Posting, ...]:
    """Return what a grant binds: the voted part is the grant's, its matching is kept until own money is shown.

    Args:
        grant: Key of the grant.
        amount_fen: What the fund pays in all.
        matched_fen: How much of it is matching.
    """
    parts = ((W.GRANTED, amount_fen - matched_fen), (W.MATCH_KEPT, matched_fen))
    return tuple(Posting(way, fen, grant) for way, fen in parts if fen)


def matching_released(matched_fen: int, promised_fen: int, shown_fen: int) -> int:
    """Return how much of a grant's matching is free once residents have shown so much of their own money.

    The same part of the matching as of the own money that was promised, rounded down; all of it at the promise.
    """
    if promised_fen <= 0:
        return matched_fen
    return matched_fen * min(shown_fen, promised_fen) // promised_fen


@dataclass(frozen=True, slots=True)
class Sums:
    """What anyone is told of a cycle's money, in fen.

    Args:
        came_in: From the street and from residents.
        granted: Bound for grants so far, their matching included.
        spent: Paid, by the street's voucher, out of own money and for coaching.
        due: Receipts checked, not yet paid.
        returned: Given back to the street.
        left: What came in and is neither spent nor given back; part of it is bound.
    """

    came_in: int
    granted: int
    spent: int
    due: int
    returned: int
    left: int


def sums(postings: Iterable[Posting]) -> Sums:
    """Return the sums of a cycle's book."""
    every = list(postings)
    held = totals(balances(every))
    came_in = -held.get(A.STREET, 0) - held.get(A.RESIDENTS, 0)
    granted = sum(each.amount_fen for each in every if each.way in {W.GRANTED, W.MATCH_KEPT})
    spent = sum(held.get(account, 0) for account in (A.SPENT, A.OWN_SPENT, A.COACHED))
    returned = held.get(A.RETURNED, 0)
    return Sums(came_in, granted, spent, held.get(A.DUE, 0), returned, came_in - spent - returned)


def totals(found: Balances) -> dict[Account, int]:
    """Return the balances by kind of account, all grants together."""
    by_kind: dict[Account, int] = {}
    for (account, _), fen in found.items():
        by_kind[account] = by_kind.get(account, 0) + fen
    return by_kind


def clearing(grant: str, found: Balances, payable_fen: int) -> tuple[Posting, ...]:
    """Return what a grant gives back at its clearing; what a contract still owes stays.

    Args:
        grant: Key of the grant.
        found: The book before.
        payable_fen: What is owed under a contract and not yet invoiced.

    Raises:
        RuleError: "fund_book.payable_too_high".
    """
    left = found.get((A.GRANT, grant), 0)
    if not 0 <= payable_fen <= left:
        raise RuleError("fund_book.payable_too_high", payable_fen=payable_fen, left_fen=left)
    parts = (
        (W.UNSPENT, left - payable_fen),
        (W.UNMATCHED, found.get((A.MATCH, grant), 0)),
        (W.OWN_BACK, found.get((A.OWN, grant), 0)),
    )
    return tuple(Posting(way, fen, grant) for way, fen in parts if fen)


def closing(found: Balances) -> tuple[Posting, ...]:
    """Return what a cycle gives back when all its grants are cleared: all that is left goes to the street."""
    parts = [Posting(way, found.get((ROUTES[way][0], ""), 0)) for way in LEFT_WAYS]
    back = found.get((A.TO_CLEAR, ""), 0) + sum(each.amount_fen for each in parts)
    return tuple(each for each in (*parts, Posting(W.RETURNED, back)) if each.amount_fen)


def is_settled(grant: str, found: Balances) -> bool:
    """Return whether nothing stands on a grant's accounts but what was spent."""
    return not any(found.get((account, grant), 0) for account in (A.GRANT, A.MATCH, A.DUE, A.OWN))
