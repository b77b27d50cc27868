"""What residents behind every door think of an agency: the population from which the proofs draw."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from random import Random

from zhagen.core.indicators.need import NeedWord
from zhagen.core.sampling import choose_doors, sample_size
from zhagen.lab.district import ContractPlan, District
from zhagen.lab.district_work import ContractKey, work_of

SURVEY_MARGIN_BP, SURVEY_CONFIDENCE_BP, SURVEY_RESPONSE_BP = 1_000, 9_000, 7_500


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one door would answer; `need` is the shared need it is asked about, "" where there is none."""

    door: str
    community: str
    building: str
    knows_agency: bool
    knows_work: bool
    trust: int | None
    satisfied: int | None
    need: str
    word: NeedWord | None


def opinions_of(district: District, contract: ContractPlan) -> tuple[Opinion, ...]:
    """Return the opinion behind each door of a contract's communities, in order of the doors."""
    return _made(ContractKey(district, contract))


@lru_cache(maxsize=64)
def _made(key: ContractKey) -> tuple[Opinion, ...]:
    district, contract = key.district, key.contract
    truth = district.truths[contract.key]
    needs = work_of(district, contract).needs
    made: list[Opinion] = []
    for code in contract.communities:
        shared = [need for need in needs if need.community == code and need.is_shared and need.route == "buy"]
        rng = district.stream("opinions", contract.key, code)
        for building in district.community(code).buildings:
            tilt = rng.uniform(-0.12, 0.12)
            for door in building.doors:
                knows = rng.random() < min(max(truth.known + tilt, 0.02), 0.98)
                need = rng.choice(shared) if shared else None
                made.append(
                    Opinion(
                        f"{code}/{door}", code, f"{code}/{building.name}", knows,
                        knows and rng.random() < 0.25 + truth.met / 2,
                        _answer(rng, truth.trust + tilt) if knows else None,
                        _answer(rng, 1.5 + 3 * truth.met + tilt) if knows else None,
                        need.key if need else "", _seen(rng, need.true_word) if need else None,
                    )
                )  # fmt: skip
    return tuple(made)


_SPREAD = 0.8
_SEES_ALIKE = 0.85


def _answer(rng: Random, mean: float) -> int:
    return min(max(round(rng.gauss(mean, _SPREAD)), 1), 5)


def _seen(rng: Random, word: NeedWord) -> NeedWord:
    """Return a neighbour's word: mostly the raiser's, now and then his own."""
    return word if rng.random() < _SEES_ALIKE else rng.choice(list(NeedWord))


def survey_seed(district: District, contract: ContractPlan, round_no: int = 0) -> bytes:
    """Return the seed of a round's committed draw."""
    return sha256(f"{district.seed}/{contract.key}/{round_no}".encode()).digest()


def asked_doors(
    district: District, contract: ContractPlan, opinions: tuple[Opinion, ...], round_no: int = 0
) -> tuple[Opinion, ...]:
    """Return the answers of a round: doors by the committed draw, less those who did not answer."""
    frame: dict[str, list[str]] = {}
    for opinion in opinions:
        frame.setdefault(opinion.building, []).append(opinion.door)
    size = sample_size(
        len(opinions), margin_bp=SURVEY_MARGIN_BP, confidence_bp=SURVEY_CONFIDENCE_BP,
        expected_response_bp=SURVEY_RESPONSE_BP,
    )  # fmt: skip
    drawn = choose_doors(frame, size.draw, seed=survey_seed(district, contract, round_no))
    chosen = {door for doors in drawn.values() for door in doors}
    rng = district.stream("response", contract.key, round_no)
    return tuple(
        opinion
        for opinion in opinions
        if opinion.door in chosen and rng.random() < SURVEY_RESPONSE_BP / 10_000
    )


def survey_day(district: District, contract: ContractPlan) -> date:
    """Return the day on which the evaluation of a contract looks back."""
    return min(contract.ends_on, district.ends_on)
