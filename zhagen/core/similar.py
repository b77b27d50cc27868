"""Which short Chinese texts say the same need: suggestions for merging, never a merge by itself.

Words for one thing become one sign (`same_words`), fillers go, and what is left is compared by its signs,
characters and pairs of characters, each weighted by how rare it is among the texts at hand (cosine of
TF-IDF). The same texts always give the same answer.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from zhagen.core.same_words import FILLERS, SAME_WORDS

SUGGEST_FROM = 0.38
"""Similarity from which a merge is suggested; chosen on the first half of the labelled set in the tests."""

SIGN_WEIGHT, PAIR_WEIGHT, LETTER_WEIGHT = 2.0, 1.0, 0.5
OTHER_PLACE_FACTOR = 0.35
"""Two texts that name different buildings are rarely one need."""

_FIRST_SIGN = 0xE000
_BUILDING = re.compile(r"([0-9一二三四五六七八九十]+)\s*(?:号楼|栋|幢|号院|单元|门洞)")
_NOISE = re.compile(r"[^\u3400-\u9fff\ue000-\uf8ffa-z0-9]")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another text and how alike it is, from 0 to 1."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Texts made ready for comparison.

    Args:
        vectors: key → feature → weight, each vector of length 1.
        postings: feature → (key, weight) of the texts that carry it.
        rarity: feature → weight of its rarity.
        unseen: Rarity of a feature that no text carries.
        buildings: key → buildings that the text names.
    """

    vectors: Mapping[str, Mapping[str, float]]
    postings: Mapping[str, tuple[tuple[str, float], ...]]
    rarity: Mapping[str, float]
    unseen: float
    buildings: Mapping[str, frozenset[str]]


def build_index(texts: Mapping[str, str]) -> TextIndex:
    """Return an index of texts by key."""
    counts = {key: _features(text) for key, text in texts.items()}
    spread = Counter(feature for features in counts.values() for feature in features)
    total = len(texts) + 1
    rarity = {feature: math.log(total / (1 + among)) + 1 for feature, among in spread.items()}
    unseen = math.log(total) + 1
    vectors = {key: _vector(features, rarity, unseen) for key, features in counts.items()}
    postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for key in sorted(vectors):
        for feature, weight in vectors[key].items():
            postings[feature].append((key, weight))
    return TextIndex(
        vectors=vectors,
        postings={feature: tuple(entries) for feature, entries in postings.items()},
        rarity=rarity,
        unseen=unseen,
        buildings={key: _buildings(text) for key, text in texts.items()},
    )


def suggest_same(
    text: str, index: TextIndex, *, least: float = SUGGEST_FROM, most: int = 5
) -> list[Likeness]:
    """Return the texts of the index that may say the same as a new one, best first."""
    vector = _vector(_features(text), index.rarity, index.unseen)
    return _alike(vector, _buildings(text), index, least)[:most]


def suggest_pairs(index: TextIndex, *, least: float = SUGGEST_FROM) -> Iterator[tuple[str, str, float]]:
    """Yield each pair of keys in the index that may say the same, the lesser key first, with the score."""
    for key in sorted(index.vectors):
        for other in _alike(index.vectors[key], index.buildings[key], index, least):
            if key < other.key:
                yield key, other.key, other.score


def _alike(
    vector: Mapping[str, float], buildings: frozenset[str], index: TextIndex, least: float
) -> list[Likeness]:
    scores: dict[str, float] = defaultdict(float)
    for feature, weight in vector.items():
        for key, other in index.postings.get(feature, ()):
            scores[key] += weight * other
    found = []
    for key, score in scores.items():
        if score < least:
            continue
        theirs = index.buildings[key]
        is_elsewhere = bool(buildings and theirs and not buildings & theirs)
        settled = round(min(score * (OTHER_PLACE_FACTOR if is_elsewhere else 1), 1.0), 6)
        if settled >= least:
            found.append(Likeness(key, settled))
    return sorted(found, key=lambda each: (-each.score, each.key))


def _vector(features: Mapping[str, float], rarity: Mapping[str, float], unseen: float) -> dict[str, float]:
    weighted = {
        feature: (1 + math.log(count)) * _kind_weight(feature) * rarity.get(feature, unseen)
        for feature, count in features.items()
    }
    length = math.sqrt(sum(weight * weight for weight in weighted.values()))
    return {feature: weight / length for feature, weight in weighted.items()} if length else {}


def _kind_weight(feature: str) -> float:
    if len(feature) > 1:
        return PAIR_WEIGHT
    return SIGN_WEIGHT if ord(feature) >= _FIRST_SIGN else LETTER_WEIGHT


def _features(text: str) -> Counter[str]:
    """Count the signs, characters and pairs of neighbouring characters of a text."""
    plain = signed_text(text)
    pairs = (one + other for one, other in pairwise(plain))
    return Counter(plain) + Counter(pair for pair in pairs if max(map(ord, pair)) < _FIRST_SIGN)


def signed_text(text: str) -> str:
    """Return a text with one sign for each word of `SAME_WORDS`, without fillers and punctuation."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _BUILDING.sub("", plain)
    pattern, signs = _word_table()
    plain = pattern.sub(lambda found: signs[found[0]], plain)
    return _NOISE.sub("", plain)


@cache
def _word_table() -> tuple[re.Pattern[str], Mapping[str, str]]:
    signs = {word: chr(_FIRST_SIGN + line) for line, words in enumerate(SAME_WORDS) for word in words}
    signs |= dict.fromkeys(FILLERS, "")
    longest_first = sorted(signs, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), signs


def _buildings(text: str) -> frozenset[str]:
    return frozenset(_BUILDING.findall(unicodedata.normalize("NFKC", text)))
