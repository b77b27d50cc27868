"""Whom to ask, and what the answers may say: sample sizes, draws by building, intervals.

Floats live only inside the interval estimates and are rounded outward at the edge to whole basis points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt
from statistics import NormalDist

from zhagen.core.draws import draw
from zhagen.core.errors import RuleError
from zhagen.core.exact import BP, half_up, share_bp
from zhagen.core.money import split_by_weights

HALF_BP = BP // 2


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its interval, all in `unit`.

    Args:
        value: Point estimate.
        low: Lower end.
        high: Upper end.
        count: Answers it rests on.
        population: How many there are in all; 0 = unknown or unbounded.
        confidence_bp: Stated coverage.
        method: How it was made.
        unit: "bp" for shares, "centi" for hundredths of a point of an answer scale.
    """

    value: int
    low: int
    high: int
    count: int
    population: int
    confidence_bp: int
    method: str
    unit: str = "bp"


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many answers a stated margin needs, and how many to draw for them."""

    answers: int
    draw: int
    population: int
    margin_bp: int
    confidence_bp: int
    expected_response_bp: int


def z_of(confidence_bp: int) -> float:
    """Return the two-sided normal quantile, about 1.645 for 9,000 bp."""
    if not 0 < confidence_bp < BP:
        raise RuleError("sampling.confidence_out_of_range", confidence_bp=confidence_bp)
    return NormalDist().inv_cdf((BP + confidence_bp) / (2 * BP))


def t_of(confidence_bp: int, degrees: int) -> float:
    """Return the two-sided Student quantile by Hill's expansion; within 1 % from four degrees up."""
    z = z_of(confidence_bp)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    d = max(degrees, 1)
    return z + first / d + second / d**2 + third / d**3


def sample_size(
    population: int,
    *,
    margin_bp: int,
    confidence_bp: int,
    expected_share_bp: int = HALF_BP,
    expected_response_bp: int = BP,
) -> SampleSize:
    """Return how many to ask for a share within ± a margin, with finite population correction.

    Args:
        population: Doors or people to choose from.
        margin_bp: Half width of the interval, 1,000 = ten percentage points.
        confidence_bp: 9,000 = 90 %.
        expected_share_bp: Guess of the share; one half is the safe one.
        expected_response_bp: Share of those drawn who will answer.

    Raises:
        RuleError: "sampling.nobody_to_ask", "sampling.margin_out_of_range", "sampling.no_response_expected".
    """
    if population <= 0:
        raise RuleError("sampling.nobody_to_ask")
    if not 0 < margin_bp < BP:
        raise RuleError("sampling.margin_out_of_range", margin_bp=margin_bp)
    if not 0 < expected_response_bp <= BP:
        raise RuleError("sampling.no_response_expected")
    share = expected_share_bp / BP
    unbounded = z_of(confidence_bp) ** 2 * share * (1 - share) / (margin_bp / BP) ** 2
    answers = min(population, max(1, ceil(unbounded / (1 + (unbounded - 1) / population))))
    to_draw = min(population, ceil(Fraction(answers * BP, expected_response_bp)))
    return SampleSize(answers, to_draw, population, margin_bp, confidence_bp, expected_response_bp)


def choose_doors(
    doors_by_building: Mapping[str, Sequence[str]], size: int, *, seed: bytes, public: str = ""
) -> dict[str, tuple[str, ...]]:
    """Draw door numbers building by building, in proportion to their doors, by the committed seed.

    Returns:
        Building → doors drawn, in the order of the draw; buildings without a drawn door are left out.
        Each building is a draw of its own with its name behind the public text ("root 17/3号楼").

    Raises:
        RuleError: "sampling.more_than_there_are" or "sampling.door_twice".
    """
    buildings = sorted(doors_by_building)
    counts = [len(doors_by_building[building]) for building in buildings]
    if not 0 <= size <= sum(counts):
        raise RuleError("sampling.more_than_there_are", size=size, doors=sum(counts))
    if len({door for doors in doors_by_building.values() for door in doors}) != sum(counts):
        raise RuleError("sampling.door_twice")
    shares = split_by_weights(size, counts) if size else [0] * len(counts)
    return {
        building: tuple(draw(seed, doors_by_building[building], share, public=f"{public}/{building}"))
        for building, share in zip(buildings, shares, strict=True)
        if share
    }


def share_interval(yes: int, asked: int, population: int, confidence_bp: int) -> Interval:
    """Return Wilson's interval of a share, narrowed where the sample is much of the population.

    Args:
        yes: Answers "yes".
        asked: All answers.
        population: All who could have been drawn; 0 = unbounded.
        confidence_bp: Stated coverage.

    Raises:
        RuleError: "sampling.counts_do_not_fit".
    """
    if not 0 <= yes <= asked or asked == 0 or (population and population < asked):
        raise RuleError("sampling.counts_do_not_fit", yes=yes, asked=asked, population=population)
    worth = asked * (population - 1) / (population - asked) if population > asked else float("inf")
    if not population:
        worth = float(asked)
    low, high = _wilson(yes / asked, worth, z_of(confidence_bp))
    value = share_bp(yes, asked)
    return _outward(value, low * BP, high * BP, asked, population, confidence_bp, "wilson-fpc")


def _wilson(share: float, worth: float, z: float, spread: float = 1.0) -> tuple[float, float]:
    """Return both ends for a mean on [0, 1] whose variance is `spread` × share × (1 − share) ÷ worth."""
    if worth == float("inf"):
        return share, share
    widened = spread * z * z / worth
    centre = (share + widened / 2) / (1 + widened)
    half = sqrt(widened * share * (1 - share) + widened * widened / 4) / (1 + widened)
    return max(0.0, centre - half), min(1.0, centre + half)


def _outward(
    value: int, low: float, high: float, count: int, population: int, confidence_bp: int, method: str,
    *, unit: str = "bp",
) -> Interval:  # fmt: skip
    slack = 1e-6
    if low == high:
        low = high = value
    return Interval(
        value, min(value, floor(low + slack)), max(value, ceil(high - slack)),
        count, population, confidence_bp, method, unit,
    )  # fmt: skip


LOWEST_ANSWER, HIGHEST_ANSWER, CENTI = 1, 5, 100
"""The five-point scale of the survey; means are given in hundredths of a point."""


def answer_mean_interval(answers: Sequence[int], population: int, confidence_bp: int) -> Interval:
    """Return the mean of 1–5 answers in hundredths of a point with an interval that stays on the scale.

    Wilson's form with the answers' own spread: their variance as a share of the most that the mean allows,
    steadied as if one more answer lay a point off the mean, and Student's quantile for the few.

    Raises:
        RuleError: "sampling.nobody_to_ask" or "sampling.answer_off_scale".
    """
    if not answers:
        raise RuleError("sampling.nobody_to_ask")
    if not all(LOWEST_ANSWER <= answer <= HIGHEST_ANSWER for answer in answers):
        raise RuleError("sampling.answer_off_scale", low=LOWEST_ANSWER, high=HIGHEST_ANSWER)
    count, width = len(answers), HIGHEST_ANSWER - LOWEST_ANSWER
    shares = [(answer - LOWEST_ANSWER) / width for answer in answers]
    mean = sum(shares) / count
    steady_mean = (sum(shares) + 1 / 2) / (count + 1)
    squares = sum((share - mean) ** 2 for share in shares) + 1 / width**2
    spread = min(1.0, squares / count / (steady_mean * (1 - steady_mean)))
    worth = _worth(count, population)
    low, high = _wilson(mean, worth, t_of(confidence_bp, max(count - 1, 1)), spread)
    value = half_up(Fraction(sum(answers) * CENTI, count))
    ends = (LOWEST_ANSWER * CENTI + low * width * CENTI, LOWEST_ANSWER * CENTI + high * width * CENTI)
    return _outward(value, *ends, count, population, confidence_bp, "wilson-spread-fpc", unit="centi")


def _worth(count: int, population: int) -> float:
    if not population:
        return float(count)
    return count * (population - 1) / (population - count) if population > count else float("inf")


@dataclass(frozen=True, slots=True)
class Stratum:
    """One building: doors in it, answers, answers "yes"."""

    name: str
    population: int
    yes: int
    asked: int


def stratified_share(strata: Sequence[Stratum], confidence_bp: int) -> Interval:
    """Return a share weighted by the doors of each building.

    Buildings with fewer than two answers are taken together, so that none is left out of the spread.

    Raises:
        RuleError: "sampling.nobody_to_ask" or "sampling.counts_do_not_fit".
    """
    for stratum in strata:
        if not 0 <= stratum.yes <= stratum.asked <= stratum.population:
            raise RuleError(
                "sampling.counts_do_not_fit",
                yes=stratum.yes,
                asked=stratum.asked,
                population=stratum.population,
            )
    usable = _pooled(strata)
    if not usable:
        raise RuleError("sampling.nobody_to_ask")
    total = sum(stratum.population for stratum in usable)
    exact = sum(
        (Fraction(stratum.population * stratum.yes, total * stratum.asked) for stratum in usable), Fraction(0)
    )
    count = sum(stratum.asked for stratum in usable)
    low, high = _wilson(
        float(exact), _stratified_worth(usable, float(exact)), t_of(confidence_bp, count - len(usable))
    )
    value = half_up(exact * BP)
    return _outward(value, low * BP, high * BP, count, total, confidence_bp, "stratified-wilson")


def _pooled(strata: Sequence[Stratum]) -> list[Stratum]:
    kept = [stratum for stratum in strata if stratum.asked > 1]
    thin = [stratum for stratum in strata if stratum.asked <= 1]
    if thin:
        pool = Stratum(
            "*", sum(each.population for each in thin), sum(each.yes for each in thin),
            sum(each.asked for each in thin),
        )  # fmt: skip
        if pool.asked:
            kept.append(pool)
    return kept


def _stratified_worth(strata: Sequence[Stratum], share: float) -> float:
    """Return how many answers of a plain draw the stratified answers are worth.

    A building has few answers, so its share is drawn towards the whole by two of its answers; `drawn_in`
    gives back the spread that this takes away.
    """
    total = sum(stratum.population for stratum in strata)
    count = sum(stratum.asked for stratum in strata)
    overall = (share * count + 1) / (count + 2)
    variance = 0.0
    for stratum in strata:
        steady = (stratum.yes + 2 * overall) / (stratum.asked + 2)
        left_out = 1 - stratum.asked / stratum.population
        drawn_in = 1 - stratum.asked / (stratum.asked + 2) ** 2
        spread = steady * (1 - steady) / drawn_in
        variance += (stratum.population / total) ** 2 * left_out * spread / stratum.asked
    return overall * (1 - overall) / variance if variance else float("inf")


def clustered_share(clusters: Sequence[Stratum], clusters_in_all: int, confidence_bp: int) -> Interval:
    """Return a share where whole buildings were drawn first: neighbours answer alike, so it is wider.

    Args:
        clusters: The drawn buildings with their answers.
        clusters_in_all: Buildings that could have been drawn.
        confidence_bp: Stated coverage.

    Raises:
        RuleError: "sampling.too_few_buildings": the spread between buildings needs at least two.
    """
    heard = [cluster for cluster in clusters if cluster.asked]
    if len(heard) <= 1 or clusters_in_all < len(heard):
        raise RuleError("sampling.too_few_buildings", buildings=len(heard))
    population = sum(cluster.population for cluster in heard)
    exact = Fraction(0)
    for cluster in heard:
        exact += Fraction(cluster.population * cluster.yes, population * cluster.asked)
    share, drawn = float(exact), len(heard)
    mean_doors = population / drawn
    between = sum(
        (cluster.population / mean_doors) ** 2 * (cluster.yes / cluster.asked - share) ** 2
        for cluster in heard
    ) / (drawn - 1)
    count = sum(cluster.asked for cluster in heard)
    variance = (1 - drawn / clusters_in_all) * between / drawn + _within(heard, drawn / clusters_in_all)
    steady = (share * count + 1) / (count + 2)
    worth = min(steady * (1 - steady) / variance, float(count)) if variance else float(count)
    low, high = _wilson(share, worth, t_of(confidence_bp, drawn - 1))
    value = half_up(exact * BP)
    return _outward(value, low * BP, high * BP, count, 0, confidence_bp, "clustered-wilson")


def _within(clusters: Sequence[Stratum], drawn_share: float) -> float:
    """Return the part of the variance that comes from doors not asked inside the drawn buildings."""
    population = sum(cluster.population for cluster in clusters)
    variance = 0.0
    for cluster in clusters:
        steady = (cluster.yes + 1) / (cluster.asked + 2)
        left_out = 1 - cluster.asked / cluster.population
        weight = cluster.population / population
        variance += weight**2 * left_out * steady * (1 - steady) / max(cluster.asked - 1, 1)
    return variance * drawn_share


@dataclass(frozen=True, slots=True)
class Response:
    """Who of those drawn was heard, and the bounds if all the silent had answered one way."""

    drawn: int
    answered: int
    refused: int
    unreachable: int
    rate_bp: int
    worst_bp: int
    best_bp: int


def response_of(*, drawn: int, refused: int, answered: int, yes: int) -> Response:
    """Return the response with the bounds that the silent leave open.

    Raises:
        RuleError: "sampling.counts_do_not_fit".
    """
    if min(drawn, refused, answered, yes) < 0 or yes > answered or answered + refused > drawn:
        raise RuleError("sampling.counts_do_not_fit", yes=yes, asked=answered, population=drawn)
    silent = drawn - answered
    return Response(
        drawn, answered, refused, silent - refused, share_bp(answered, drawn), share_bp(yes, drawn),
        share_bp(yes + silent, drawn),
    )  # fmt: skip
