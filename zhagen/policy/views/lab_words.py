"""A stored rehearsal in words: directions and how many draws agree, never an amount while it is uncalibrated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhagen.core.errors import RuleError, render
from zhagen.lab.honesty import WATERMARK, Badge, honesty_codes
from zhagen.lab.legal import Level
from zhagen.platform.texts import catalogue, language, listed, say
from zhagen.policy.models import LabRun

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One outcome as a page shows it.

    Args:
        name: What it is.
        sentence: All that is said of it, in one sentence.
        direction: "up", "down", "same" or "uncertain".
        matters: Whether it is for residents' better or worse at all and moves; the rest only explains.
        tone: "good", "bad" or "": whether that is for residents' better or worse.
        agreeing: Draws on the side of the majority.
        draws: All draws.
        up: Draws in which it rises.
        down: Draws in which it falls.
        same: Draws in which it stays.
        amount: How much, in a sentence; empty while uncalibrated, and always where only the direction is told.
    """

    name: str
    sentence: str
    direction: str
    matters: bool
    tone: str
    agreeing: int
    draws: int
    up: int
    down: int
    same: int
    amount: str = ""

    @property
    def down_share(self) -> str:
        """Width of the bar of falling draws, in hundredths."""
        return _hundredths(self.down, self.draws)

    @property
    def same_share(self) -> str:
        """Width of the bar of draws that stay."""
        return _hundredths(self.same, self.draws)

    @property
    def up_share(self) -> str:
        """Width of the bar of rising draws."""
        return _hundredths(self.up, self.draws)

    @property
    def up_from(self) -> str:
        """Where the bar of rising draws begins."""
        return _hundredths(self.draws - self.up, self.draws)


def _hundredths(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "0"


def badge_of(run: LabRun) -> Badge:
    """Return whether a run was calibrated on a district's own records."""
    return Badge.CALIBRATED if run.is_calibrated else Badge.UNCALIBRATED


def watermark(run: LabRun) -> tuple[str, str]:
    """Return what stands on every export, in Chinese and in English."""
    zh, _, en = WATERMARK[badge_of(run)].partition(" / ")
    return zh, en


def shown_outcomes(run: LabRun) -> list[Shown]:
    """Return each outcome of a finished run in words."""
    return [_shown(each) for each in run.result["outcomes"]]


def _shown(said: Said) -> Shown:
    up, down, same = said["up"], said["down"], said["same"]
    figures = {"agreeing": max(up, down, same), "draws": up + down + same}
    name, way = outcome_name(said["outcome"]), said["direction"]
    tone = _tone(said["better"], way)
    return Shown(
        name=name,
        sentence=_sentence(said, name, tone, figures),
        direction=way,
        matters=bool(said["better"]) and way != "same",
        tone=tone,
        **figures,
        up=up,
        down=down,
        same=same,
        amount=_amount(said),
    )


def _amount(said: Said) -> str:
    amount = said.get("amount")
    if not amount:
        return ""
    names = ("mean", "p05", "p95", "seed_error")
    rounded = {name: f"{amount[name]:.3g}" if amount[name] is not None else "–" for name in names}
    return say("experiment.says.amount", **rounded).strip()


def _tone(better: int, way: str) -> str:
    if not better or way not in ("up", "down"):
        return ""
    return "good" if (way == "up") == (better > 0) else "bad"


def _sentence(said: Said, name: str, tone: str, figures: Mapping[str, int]) -> str:
    way = said["direction"]
    if way != said["counted"]:
        return say("experiment.says.behaviours_differ", outcome=name)
    if way == "uncertain":
        sides = {side: said[side] for side in ("up", "down", "same")}
        return say("experiment.says.uncertain", outcome=name, **sides)
    if way == "same":
        return say("experiment.says.same", outcome=name, **figures)
    word = {"good": "better", "bad": "worse"}.get(tone, "")
    judgement = say(f"experiment.judgement.{word}") if word else ""
    return say(f"experiment.says.{way}", outcome=name, judgement=judgement, **figures)


def outcome_name(code: str) -> str:
    """Return the name of an outcome in the reader's language."""
    return say(f"experiment.outcome.{code}")


def losers(run: LabRun) -> list[str]:
    """Return who is worse off in most draws, by kinds of people, areas and agencies; never by community."""
    lost = [each for each in run.result["groups"] if each["loses"]]
    kinds = [each for each in lost if each["kind"] != AREA]
    lines = [_loser(group, kinds) for group in dict.fromkeys((each["kind"], each["group"]) for each in kinds)]
    areas = [each for each in run.result["groups"] if each["kind"] == AREA]
    return lines + [
        _losing_areas(code, areas) for code in dict.fromkeys(x["outcome"] for x in areas if x["loses"])
    ]


AREA = "street"
"""Areas of the made-up district have numbers only: they are counted, not named."""


def _loser(group: tuple[str, int], lost: list[Said]) -> str:
    kind, number = group
    own = [each for each in lost if (each["kind"], each["group"]) == group]
    return say(
        "lab_run.loser",
        group=say(f"experiment.group.{kind}.{number}"),
        outcomes=listed(outcome_name(each["outcome"]) for each in own),
        agreeing=min(each["down"] for each in own),
        draws=own[0]["up"] + own[0]["down"] + own[0]["same"],
    )


def _losing_areas(code: str, areas: list[Said]) -> str:
    told = [each for each in areas if each["outcome"] == code]
    losing = sum(each["loses"] for each in told)
    return say("lab_run.losing_areas", outcome=outcome_name(code), losing=losing, areas=len(told))


def reasons(run: LabRun) -> list[str]:
    """Return, an outcome a line, which changes and mechanisms carry its effect; empty where that was not asked.

    Told only of what is for residents' better or worse.
    """
    judged = [each["outcome"] for each in run.result["outcomes"] if each["better"]]
    carriers = run.result.get("reasons", ())
    found = {code: [each for each in carriers if each["outcome"] == code] for code in judged}
    return [_carried(code, parts, run.result["reason_draws"]) for code, parts in found.items() if parts]


def _carried(code: str, parts: list[Said], draws: int) -> str:
    named = listed(say(f"experiment.part.{each['kind']}", name=_part_name(each)) for each in parts)
    least = min(each["draws"] for each in parts)
    return say("lab_run.carried", outcome=outcome_name(code), parts=named, least=least, draws=draws)


def _part_name(each: Said) -> str:
    if each["kind"] == "mechanism":
        return str(each["zh"] if language() == "zh" else each["en"])
    return say("experiment.name.weights") if each["code"] == "weights" else say(f"lever.{each['code']}")


def tipping(run: LabRun) -> list[str]:
    """Return where on the way from the present rules to the changed ones an outcome tips."""
    draws = run.result.get("reason_draws", 0)
    return [
        say(
            "lab_run.tips",
            outcome=outcome_name(each["outcome"]),
            low=_tenths(each["low"]),
            high=_tenths(each["high"]),
            agreeing=each["draws"],
            draws=draws,
        )
        for each in run.result.get("tipping", ())
    ]


def _tenths(share: float) -> str:
    return f"{share * 10:g}"


def honesty_of(run: LabRun) -> tuple[str, ...]:
    """Return the codes of the rules of honesty that hold of a run, finished or not."""
    return honesty_codes(badge_of(run), breaks_law=not run.is_lawful)


def honesty(run: LabRun) -> list[str]:
    """Return the rules of honesty in words."""
    return [say(code) for code in honesty_of(run)]


def in_both(code: str, /, **figures: object) -> list[tuple[str, str]]:
    """Return a text of the catalogue in Chinese and in English, as the notes of a file want it."""
    if "badge" in figures:
        badge = f"experiment.badge.{figures['badge']}"
        return [tuple(_in(each, code, **{**figures, "badge": _in(each, badge)}) for each in ("zh", "en"))]  # type: ignore[list-item]
    return [(_in("zh", code, **figures), _in("en", code, **figures))]


def _in(wanted: str, code: str, /, **figures: object) -> str:
    return render(RuleError(code, **figures), catalogue(), wanted)


@dataclass(frozen=True, slots=True)
class Told:
    """What the law says, as a page shows it."""

    level: str
    text: str


def told_findings(findings: Iterable[Said]) -> list[Told]:
    """Return what the law says of a reform, each with its clause, the gravest first."""
    return [Told(each["level"], _finding(each)) for each in findings]


def _finding(each: Said) -> str:
    code = "legal.cited_confirm" if each["confirm"] else "legal.cited"
    said = say(each["code"], **each["figures"])
    return say(code, said=said, clause=each["source"], since=each["since"])


def blocks(findings: Iterable[Said]) -> list[Told]:
    """Return what is forbidden."""
    return [each for each in told_findings(findings) if each.level == Level.BLOCK]
