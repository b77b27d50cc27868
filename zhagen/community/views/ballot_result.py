"""What the pages of a vote show of progress and result."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.ballot import terms_of, turnout
from zhagen.community.actions.ballot_count import may_publish_ballots, result_of
from zhagen.community.actions.fund_cycle import cycle_rules
from zhagen.community.models import Ballot, FundCycle, RollEntry
from zhagen.community.views.ballot_money import group_name, money_charts
from zhagen.community.views.ballot_rehearsal import may_rehearse, rehearsal_context
from zhagen.core.exact import share_bp
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.money import format_yuan
from zhagen.platform.parts import Figure

if TYPE_CHECKING:  # the compiled count is loaded with the first count, not by every server at its start
    from zhagen.core.fund.vote_count import ProjectResult, VoteResult


def progress_figures(ballot: Ballot) -> list[Figure]:
    """Return how many of the roll voted, by channel; never what."""
    ways, size = turnout(ballot), ballot.roll_count
    voted = sum(ways.values())
    share = f"{share_bp(voted, size) / 100:.1f}%" if size else ""
    return [
        Figure(_("名册"), size, _("户（人）")),
        Figure(_("已投"), voted, note=share),
        *(Figure(way.label, ways[way]) for way in RollEntry.Way),
    ]


def result_context(ballot: Ballot) -> dict[str, Any]:
    """Return what the result's page shows."""
    result, cycle = result_of(ballot), ballot.cycle
    rows = sorted(result.projects, key=lambda each: (each.place == 0, each.place, -each.votes, each.number))
    pages = dict(cycle.proposals.filter(listed_at__isnull=False).values_list("number", "pk"))
    shown = [(each, pages.get(each.number), reason(each, result, cycle.rule)) for each in rows]
    titles = {each.number: each.title for each in result.projects}
    elected = ballot.state == BallotState.COUNTED
    return {
        "result": result,
        "is_elected": elected,
        "won": [each for each in shown if each[0].place],
        "lost": [each for each in shown if not each[0].place],
        "money": [
            Figure(_("本轮由投票分配"), format_yuan(result.budget_fen), _("元")),
            Figure(_("入选项目合计"), format_yuan(result.spent_fen), _("元"), note=_left(result)),
            Figure(_("入选项目"), len(result.winners), _("项"), note=f"/ {len(result.projects)}"),
            Figure(_("有效选票"), result.voters, _("张")),
        ],
        "charts": money_charts(result, terms_of(ballot)),
        "reached": _reached(result),
        "groups": reached_groups(ballot, result),
        **(rehearsal_context(ballot) if may_rehearse(ballot) else {}),
        "ties": [[f"{number} {titles[number]}" for number in tie] for tie in result.ties],
        "rule": rule_words(ballot),
        "has_file": may_publish_ballots(ballot),
        "lists": cycle.proposed_lists.order_by("-version"),
        "expert_share": cycle.expert_weight_bp,
    }


def _left(result: "VoteResult") -> str:
    return now_("剩 %(yuan)s 元") % {"yuan": format_yuan(result.budget_fen - result.spent_fen)}


def _reached(result: "VoteResult") -> list[tuple[str, int, str]]:
    words = (now_("至少有一项入选"), now_("至少有两项入选"), now_("至少有三项入选"))
    return [
        (word, count, f"{share_bp(count, result.voters) / 100:.1f}%" if result.voters else "—")
        for word, count in zip(words, result.reached, strict=True)
    ]


GROUP_MIN = "sample.published_group_min"
GroupRow = tuple[str, int, list[str]]


def reached_groups(ballot: Ballot, result: "VoteResult") -> list[tuple[object, list[GroupRow]]]:
    """Return, by theme and by building, how many voters care for it and how far they got what they named.

    Small groups are left out, and all of them where the ballots are too few to be published.
    """
    if not may_publish_ballots(ballot):
        return []
    least = cycle_rules(ballot.cycle, ballot.counted_at).int(GROUP_MIN)
    found: list[tuple[object, list[GroupRow]]] = []
    for over, heading in (("theme", _("投了这类主题的人")), ("building", _("投了这栋楼项目的人"))):
        rows = [
            (group_name(over, each.name), each.voters,
             [f"{share_bp(count, each.voters) / 100:.0f}%" for count in each.at_least])
            for each in result.groups
            if each.over == over and each.voters >= least
        ]  # fmt: skip
        if len(rows) > 1:
            found.append((heading, rows))
    return found


def rule_words(ballot: Ballot) -> str:
    """Return rule, utility, completion and tie break in words."""
    cycle = ballot.cycle
    parts = [cycle.get_rule_display(), cycle.get_utility_display()]
    if cycle.rule == cycle.Rule.EQUAL_SHARES:
        parts.append(cycle.get_completion_display())
    return " · ".join([*parts, now_("平局：%(tie)s") % {"tie": cycle.get_tie_display()}])


def reason(project: "ProjectResult", result: "VoteResult", rule: str) -> str:
    """Return in words why a project won, or what would have made it win."""
    if project.place:
        return _why_won(project, rule)
    parts = []
    if project.votes < result.bar:
        parts.append(now_("票数不到入选所需的 %(bar)d 票。") % {"bar": result.bar})
    if project.ballots_more:
        words = (
            now_("至少再多 %(more)d 张只投它的票就能入选。")
            if project.is_fewest
            else now_("再多 %(more)d 张只投它的票就能入选，少一张就不能。")
        )
        parts.append(words % {"more": project.ballots_more})
    if project.wins_at_fen:
        words = (
            now_("申请降到 %(yuan)s 元就能入选，再高就不能。")
            if project.is_highest
            else now_("申请降到 %(yuan)s 元就能入选，多一分也不能。")
        )
        parts.append(words % {"yuan": format_yuan(project.wins_at_fen)})
    return "".join(parts) or now_("在这笔资金和限额之内，再多的票或再低的造价也没有使它入选。")


def _why_won(project: "ProjectResult", rule: str) -> str:
    if rule == FundCycle.Rule.PHRAGMEN:
        return now_("投它的人先攒够了它的钱，轮到它时钱还够。")
    if project.price_fen is None:
        return now_("按票数从多到少排到它时，钱还够。")
    return now_("投它的 %(payers)d 人一起付得起，每人从自己的等额份额里出 %(yuan)s 元左右。") % {
        "payers": project.payers,
        "yuan": format_yuan(project.price_fen),
    }


def frozen_facts(ballot: Ballot) -> list[tuple[object, object]]:
    """Return what was frozen at the opening, for people to compare."""
    if not ballot.terms_digest:
        return []
    terms = terms_of(ballot)
    return [
        (_("名册的哈希"), ballot.roll_digest),
        (_("规则、项目和资金的哈希"), ballot.terms_digest),
        (_("投票人数须超过"), f"{terms.quorum_bp / 100:g}%"),
        (_("入选票数须超过有效票的"), f"{terms.majority_bp / 100:g}%" if terms.majority_bp else ""),
    ]
