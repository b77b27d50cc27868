"""The shipped rulebooks: what they must say, and that the code asks for nothing that they do not have."""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from zhagen.cli import shipped
from zhagen.core.rulebook.layer import Entry
from zhagen.core.rulebook.reference import reference
from zhagen.core.rulebook.rules import Rules

ROOT = Path(__file__).parents[2]
ON = date(2026, 3, 2)
QINGHE, LIUWAN, CHAOYANG = "990101001000", "990101002000", "110105001000"
NATIONAL = {
    name: entry for layer in shipped.layers() if not layer.parent for name, entry in layer.entries.items()
}
LIGHT = ("selection", "three_quotes", "direct")
GETTERS = frozenset({"value", "int", "fen", "text", "texts", "flag", "table", "has"})


def rules(place: str, on: date = ON) -> Rules:
    return Rules(shipped.layers(), place, on)


def asked_names() -> Iterator[tuple[str, str, int]]:
    """Each name that the code asks of rules: (name, file, line); of `keyed` with a star for the method."""
    for file in sorted((ROOT / "zhagen").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            if "rules" not in ast.unparse(node.func.value):
                continue
            where = (file.relative_to(ROOT).as_posix(), node.lineno)
            if node.func.attr == "keyed" and len(words) == 3 and words[0] and words[2]:
                yield f"{words[0]}.*.{words[2]}", *where
            elif node.func.attr in GETTERS and len(words) == 1 and isinstance(words[0], str):
                yield words[0], *where


def is_known(name: str) -> bool:
    concept, _, last = name.partition(".*.")
    if not last:
        return name in NATIONAL
    return any(known.split(".")[0] == concept and known.split(".")[-1] == last for known in NATIONAL)


def test_the_code_asks_for_no_name_that_the_national_rulebook_does_not_have():
    asked = list(asked_names())

    assert len(asked) > 20
    assert [each for each in asked if not is_known(each[0])] == []


def patterns_of(file: Path) -> Iterator[str]:
    """Each name of a rule that one file of code asks for, as a pattern of whole names.

    A full name as a text; `keyed("tender", method, "bid_period_min")` for the law's value and each method's own;
    an f-string where it is asked of rules, or where its last word is written out.
    """
    tree = ast.parse(file.read_text(encoding="utf-8"))
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    yield from (re.escape(text) for text in texts)
    asked = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    for call in asked:
        if call.func.attr == "keyed" and len(call.args) == 3 and isinstance(call.args[0], ast.Constant):
            last = call.args[2]
            words = [last.value] if isinstance(last, ast.Constant) else filter(str.isidentifier, texts)
            yield from (rf"{call.args[0].value}(\.\w+)?\.{re.escape(word)}" for word in words)
    in_calls = {id(arg) for call in asked if call.func.attr in GETTERS for arg in call.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            ends_written = isinstance(node.values[-1], ast.Constant)
            if "." in str(node.values[0].value) and (ends_written or id(node) in in_calls):
                pieces = (re.escape(v.value) if isinstance(v, ast.Constant) else r"\w+" for v in node.values)
                yield "".join(pieces)


def patterns_of_steps() -> Iterator[str]:
    """Each name of a period in the statutory checklist, for the methods that have the step."""
    text = (ROOT / "zhagen/rulebooks/steps/statutory.toml").read_text("utf-8")
    for step in tomllib.loads(text)["step"]:
        concept, _, name = step.get("rule", "").partition(":")
        yield re.escape(concept)
        if name:
            yield rf"{concept}(\.(?!light)\w+)?\.{name}"


def test_every_value_is_read_by_code_or_shown_on_a_page_by_its_name():
    files = [f for f in (ROOT / "zhagen").rglob("*.py") if "rulebook" not in f.parent.name]
    known = {p for file in files for p in patterns_of(file)} | set(patterns_of_steps())
    named = re.compile("|".join(f"(?:{each})" for each in known if "." in each))

    unread = [name for name in NATIONAL if not named.fullmatch(name)]

    assert unread == []  # drop it, wire it, or show it where it matters


def test_no_value_below_the_threshold_is_dressed_up_as_law():
    wrong = [
        (name, dated.source)
        for name, entry in NATIONAL.items()
        if name.split(".")[1] in {"light", *LIGHT}
        for dated in entry.values
        if not dated.source.startswith("内控：")
    ]

    assert wrong == []


def test_a_method_below_the_threshold_never_falls_back_to_the_law():
    found = rules(QINGHE)

    keyed = {name.partition(".*.")[::2] for name, _, _ in asked_names() if ".*." in name}
    keyed |= {("tender", "clarification_min"), ("award", "publication_max"), ("contract", "filing_max")}
    for method in LIGHT:
        for concept, last in keyed:
            name = found.keyed(concept, method, last)
            assert not found.has(name) or found.value(name).source.startswith("内控："), name


def test_every_method_says_how_many_suppliers_and_how_long():
    found = rules(QINGHE)
    methods = (*found.texts("tender.light_methods"), *found.texts("tender.statutory_methods"))

    for method in methods:
        for last in ("suppliers_invited_min", "suppliers_responsive_min", "bid_period_min"):
            assert found.has(f"tender.{method}.{last}"), (method, last)
        assert f"method.{method}" in shipped.catalogue()


def test_weights_and_bands_are_in_order():
    found = rules(QINGHE)

    assert found.int("price.weight_min") <= found.int("price.weight_max")
    assert found.int("contract.term_max") <= found.int("contract.term_ceiling")
    bands = found.table("evaluation.grade_bands")
    assert bands["excellent"] > bands["good"] > bands["fair"]


@pytest.mark.parametrize("place", ["", CHAOYANG, QINGHE, LIUWAN, "990101002003"])
def test_every_value_is_in_force_in_every_place_throughout_the_demo(place):
    for on in (date(2023, 1, 1), date(2026, 11, 23)):
        found = rules(place, on)
        assert set(found.names()) == set(NATIONAL)
        assert Rules.from_snapshot(found.snapshot()) == found


def test_local_values_reach_their_own_street_only():
    assert rules(LIUWAN).int("contract.term_ceiling") == 24
    assert rules(QINGHE).int("contract.term_ceiling") == 36
    assert rules(QINGHE).fen("procurement.threshold_services") == 100_000_000
    assert rules("").fen("procurement.threshold_services") == 50_000_000


def test_everything_fictional_lies_under_the_reserved_code_and_says_so():
    for layer in shipped.layers():
        if layer.name.startswith("demo"):
            assert layer.place.startswith("99")
            assert "虚构" in layer.title_zh
            sources = [dated.source for entry in layer.entries.values() for dated in entry.values]
            assert all("虚构" in source for source in sources)


def test_every_unit_and_name_is_written_for_people():
    def is_plain(entry: Entry) -> bool:
        return bool(entry.zh and entry.en and f"unit.{entry.unit}" in shipped.catalogue())

    assert [name for name, entry in NATIONAL.items() if not is_plain(entry)] == []


def test_the_reference_in_the_docs_is_the_one_that_the_rulebooks_give():
    units = {
        code.removeprefix("unit."): texts
        for code, texts in shipped.catalogue().items()
        if code[:5] == "unit."
    }

    text = reference(shipped.layers(), shipped.years(), units)

    written = (ROOT / "docs/reference/rulebooks.md").read_text(encoding="utf-8")
    assert written == text, "run: python -m zhagen rulebook reference > docs/reference/rulebooks.md"
    assert "until 2030-12-31" not in text
    assert "| `tender.open_tender.bid_period_min` |" in text
