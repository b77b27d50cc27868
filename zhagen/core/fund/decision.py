"""The three decisions on a proposed list: which body may take each, who must be there, how many must say yes."""

from dataclasses import dataclass

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules

STEPS = ("party", "assembly", "street")
"""党组织审议 → 居民（代表）会议 or an authorised 议事会 → 街道批准."""

COUNCIL = "authorised_council"


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """Who sat and how they voted.

    Args:
        entitled: Who may sit.
        present: Who came, the recused included.
        recused: Who stepped aside for a tie; they count as present, not as voting.
    """

    entitled: int
    present: int
    in_favour: int
    against: int = 0
    abstained: int = 0
    recused: int = 0


def bodies_of(step: str, rules: Rules) -> tuple[str, ...]:
    """Return the bodies that may take a step."""
    return rules.texts(f"fund.{step}.bodies")


def is_passed(step: str, body: str, figures: DecisionFigures, rules: Rules) -> bool:
    """Return whether the list passes this step: a quorum came and more than the needed share said yes.

    Who stepped aside is left out of the base.

    Raises:
        RuleError: "list_decision.body_unknown", "list_decision.votes_do_not_add_up",
            "list_decision.more_than_entitled", "list_decision.no_quorum".
    """
    if body not in bodies_of(step, rules):
        raise RuleError("list_decision.body_unknown", body=body, step=step)
    _check_figures(figures)
    quorum = rules.value("fund.quorum_share")
    if not _exceeds(figures.present, figures.entitled, rules.table("fund.quorum_share")[body]):
        raise RuleError(
            "list_decision.no_quorum",
            present=figures.present,
            entitled=figures.entitled,
            least_bp=rules.table("fund.quorum_share")[body],
            source=quorum.source,
        )
    of_entitled = body in rules.texts("fund.majority_of_entitled")
    base = (figures.entitled if of_entitled else figures.present) - figures.recused
    return _exceeds(figures.in_favour, base, rules.table("fund.majority_share")[body])


def _check_figures(figures: DecisionFigures) -> None:
    cast = figures.in_favour + figures.against + figures.abstained + figures.recused
    if figures.present > figures.entitled:
        raise RuleError(
            "list_decision.more_than_entitled", present=figures.present, entitled=figures.entitled
        )
    if cast != figures.present:
        raise RuleError("list_decision.votes_do_not_add_up", votes=cast, present=figures.present)


def _exceeds(part: int, whole: int, share_bp: int) -> bool:
    """Return whether a part is more than a share of the whole; of nothing, nothing is."""
    return part * FULL_BP > whole * share_bp
