"""Two proofs on made-up districts: real effect outranks perfect paper, and stated intervals cover the truth.

The functions that judge are those of the core; what is planted is read here only, to check them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from zhagen.core.exact import BP, half_up, share_bp
from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.need import NeedWord
from zhagen.core.sampling import CENTI, Stratum, clustered_share
from zhagen.core.scoring.evaluation import Scheme, grade, item_score_bp
from zhagen.core.scoring.portrait import PortraitRules, draw_portrait
from zhagen.core.scoring.weighted import weighted_bp
from zhagen.lab.district import ContractPlan, District, Plant, make_district
from zhagen.lab.district_work import work_of
from zhagen.lab.observe import CONFIDENCE_BP, measures_of
from zhagen.lab.opinions import Opinion, opinions_of


def small_world(seed: int) -> District:
    """Return one street of ten communities with a year of five contracts by five of six agencies."""
    return make_district(seed, streets=1, communities=10, agencies=6, workers=20, months=14)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One world's contracts of the two agencies that must be told apart: their best and worst scores.

    Args:
        seed: The world.
        paper_bp: Score of perfect paper without effect, by the contract's scheme.
        effect_bp: Score of plain paper with real effect.
        paper_naive_bp: Score of perfect paper where sheets and photos are counted.
        effect_naive_bp: Score of real effect where sheets and photos are counted.
    """

    seed: int
    paper_bp: int
    effect_bp: int
    paper_naive_bp: int
    effect_naive_bp: int

    @property
    def is_right(self) -> bool:
        """Whether real effect outranks perfect paper."""
        return self.effect_bp > self.paper_bp

    @property
    def is_right_by_paper(self) -> bool:
        """The same, where paper is counted."""
        return self.effect_naive_bp > self.paper_naive_bp


def rank_world(seed: int, scheme: Scheme) -> Ranked:
    """Return how one world's perfect paper and real effect are graded, by the scheme and by paper."""
    district = small_world(seed)
    scores: dict[Plant, tuple[int, int]] = {}
    for contract in district.contracts:
        graded = grade(scheme, measures_of(district, contract)).score_bp
        scores[district.truths[contract.key].plant] = (graded or 0, paper_score_bp(district, contract))
    paper, effect = scores[Plant.PERFECT_PAPER], scores[Plant.PLAIN_PAPER]
    return Ranked(seed, paper[0], effect[0], paper[1], effect[1])


_PHOTOS_A_SESSION = 3


def paper_score_bp(district: District, contract: ContractPlan) -> int:
    """Return the usual evaluation, for comparison only: sessions against the promise, sheets, photos.

    Half for sessions logged, three tenths for photos kept, two tenths for names on the sheets.
    """
    sessions = work_of(district, contract).sessions
    held = item_score_bp(len(sessions), contract.promised_sessions, 0)
    photos = item_score_bp(sum(each.photos for each in sessions), _PHOTOS_A_SESSION * len(sessions), 0)
    names = item_score_bp(sum(len(each.participants) for each in sessions), 5 * len(sessions), 0)
    return int(weighted_bp((held, photos, names), (5_000, 3_000, 2_000)))


@dataclass(frozen=True, slots=True)
class Covered:
    """One stated interval beside the truth that it should hold."""

    kind: str
    low: int
    high: int
    truth: Fraction

    @property
    def holds(self) -> bool:
        """Whether the truth, rounded as figures are, lies within."""
        return self.low <= half_up(self.truth) <= self.high


def cover_world(seed: int, scheme: Scheme, portrait: PortraitRules) -> Iterator[Covered]:
    """Yield every kind of stated interval of one world beside the truth."""
    district = small_world(seed)
    everyone: list[Opinion] = []
    for contract in district.contracts:
        opinions = opinions_of(district, contract)
        everyone += opinions
        measures = measures_of(district, contract)
        truth = true_measures(district, contract, opinions, measures)
        for name in sorted(truth):
            found = measures[name]
            if found.value is not None and found.low is not None and found.high is not None:
                yield Covered(name, found.low, found.high, truth[name])
        yield from _cover_whole(scheme, portrait, measures, truth)
    yield cover_cluster(district, everyone)


def _cover_whole(
    scheme: Scheme, portrait: PortraitRules, measures: Mapping[str, Measure], truth: Mapping[str, Fraction]
) -> Iterator[Covered]:
    """Yield the score and the parts of the portrait beside those that the true values would give."""
    told = {name: _told(measure, truth.get(name)) for name, measure in measures.items()}
    graded, right = grade(scheme, measures), grade(scheme, told)
    if graded.low_bp is not None and graded.high_bp is not None and right.score_bp is not None:
        yield Covered("evaluation.score", graded.low_bp, graded.high_bp, Fraction(right.score_bp))
    pairs = zip(draw_portrait(measures, portrait).parts, draw_portrait(told, portrait).parts, strict=True)
    for part, true_part in pairs:
        if part.low_bp is None or part.high_bp is None or true_part.value_bp is None:
            continue
        if part.high_bp - part.low_bp > _ROUNDING:
            yield Covered(f"portrait.{part.name}", part.low_bp, part.high_bp, Fraction(true_part.value_bp))


_ROUNDING = 2
"""An interval no wider than this is only the rounding of a part that was counted in full."""


def _told(measure: Measure, truth: Fraction | None) -> Measure:
    """Return a measure with the true value in place of the estimate; one not measured stays so."""
    if truth is None or measure.value is None:
        return measure
    value = half_up(truth)
    return replace(measure, value=value, low=value, high=value)


def true_measures(
    district: District, contract: ContractPlan, opinions: Sequence[Opinion], measures: Mapping[str, Measure]
) -> dict[str, Fraction]:
    """Return the true value of every indicator that is estimated from a sample."""
    work = work_of(district, contract)
    needs = [need for need in work.needs if need.route == "buy"]
    useful = [each for session in work.sessions for each in session.found_useful]
    asked = [opinion for opinion in opinions if opinion.word is not None]
    truth = {
        "need.met_share": _share(need.true_word is NeedWord.MET for need in needs),
        "need.sampled_met_share": _share(opinion.word is NeedWord.MET for opinion in asked),
        "activity.confirmed_share": _share(useful),
        "survey.knows_share": _share(opinion.knows_agency for opinion in opinions),
        "survey.knows_work_share": _share(opinion.knows_work for opinion in opinions),
        "survey.trust_mean": _mean([each.trust for each in opinions if each.trust is not None]),
    }
    return {name: value for name, value in truth.items() if name in measures}


def _share(yes: Iterable[bool]) -> Fraction:
    listed = list(yes)
    return Fraction(sum(listed) * BP, len(listed)) if listed else Fraction(0)


def _mean(answers: Sequence[int]) -> Fraction:
    return Fraction(sum(answers) * CENTI, len(answers)) if answers else Fraction(0)


_BUILDINGS_DRAWN, _DOORS_ASKED = 16, 12


def cover_cluster(district: District, opinions: Sequence[Opinion]) -> Covered:
    """Return the interval of a draw of whole buildings over the whole street beside the truth."""
    rng = district.stream("clusters")
    by_building: dict[str, list[Opinion]] = {}
    for opinion in opinions:
        by_building.setdefault(opinion.building, []).append(opinion)
    drawn = rng.sample(sorted(by_building), _BUILDINGS_DRAWN)
    clusters = []
    for name in drawn:
        doors = by_building[name]
        asked = rng.sample(doors, min(_DOORS_ASKED, len(doors)))
        clusters.append(Stratum(name, len(doors), sum(each.knows_agency for each in asked), len(asked)))
    found = clustered_share(clusters, len(by_building), CONFIDENCE_BP)
    return Covered("clustered_share", found.low, found.high, _share(each.knows_agency for each in opinions))


def coverage_bp(found: Iterable[Covered]) -> dict[str, tuple[int, int]]:
    """Return, kind by kind, the share of intervals that hold the truth in bp, and how many there were."""
    seen: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for each in found:
        seen[each.kind] += 1
        held[each.kind] += each.holds
    return {kind: (share_bp(held[kind], count), count) for kind, count in sorted(seen.items())}
