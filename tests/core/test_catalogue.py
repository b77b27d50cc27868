import ast
import re
from pathlib import Path

import pytest

from tests.core.books import problems
from zhagen.cli import shipped
from zhagen.core.catalogue import parse_catalogue
from zhagen.core.errors import RuleError, SeveralRulesError, render

RIGHT = '["a.b"]\nzh = "超过 {least} 天"\nen = "more than {least} days"\n'
CORE = Path(__file__).parents[2] / "zhagen" / "core"
OF_FILES = {"rulebook/parse.py": "rulebook", "calendar.py": "calendar", "catalogue.py": "catalogue"}


def test_a_catalogue_gives_each_code_in_both_languages():
    assert parse_catalogue([("a.toml", RIGHT)]) == {
        "a.b": {"zh": "超过 {least} 天", "en": "more than {least} days"}
    }


@pytest.mark.parametrize(
    ("texts", "code", "line"),
    [
        ([RIGHT.replace('en = "more than {least} days"', "")], "catalogue.missing_language", 1),
        ([RIGHT.replace('"more than {least} days"', '" "')], "catalogue.missing_language", 3),
        ([RIGHT.replace("{least} days", "{days}")], "catalogue.figures_differ", 1),
        ([RIGHT.replace("{least} days", "{least days")], "catalogue.bad_figures", 1),
        ([RIGHT + 'fr = "x"\n'], "catalogue.unknown_language", 4),
        ([RIGHT, RIGHT], "catalogue.code_twice", 1),
        (['x = 3\n'], "catalogue.missing_language", 1),
        (["x = \n"], "catalogue.bad_toml", 1),
    ],
)  # fmt: skip
def test_a_code_that_lacks_a_language_or_a_figure_is_refused_with_its_line(texts, code, line):
    with pytest.raises(RuleError) as caught:
        parse_catalogue((f"{number}.toml", text) for number, text in enumerate(texts))

    assert (code, line) in [each[:2] for each in problems(caught.value)]


def test_an_error_of_a_file_is_shown_with_file_line_and_key_in_both_languages():
    error = RuleError(
        "rulebook.missing_source", file="a.toml", line=7, key="contract.term", expected="source"
    )
    same = RuleError("rulebook.missing_source", file="a.toml", line=7, key="", expected="source")

    zh, en = (render(error, shipped.catalogue(), language) for language in ("zh", "en"))

    assert zh.startswith("a.toml 第 7 行 contract.term：没有写依据")
    assert en.startswith("a.toml, line 7, contract.term: No source")
    assert render(same, shipped.catalogue(), "zh").startswith("a.toml 第 7 行：")
    assert render(same, shipped.catalogue(), "en").startswith("a.toml, line 7: ")
    assert len(render(SeveralRulesError([error, same]), shipped.catalogue(), "zh").splitlines()) == 2


def test_an_error_without_a_place_in_a_file_is_shown_plain_and_one_without_a_text_by_its_code():
    text = render(RuleError("rulebook.missing_source", expected="x"), shipped.catalogue(), "zh")

    assert text.startswith("没有写依据")
    assert render(RuleError("no.such", days=3), shipped.catalogue(), "zh") == "no.such(days=3)"
    assert render(RuleError("rulebook.no_national", source="内控"), shipped.catalogue(), "en").endswith(
        "(rule: 内控)"
    )
    assert render(RuleError("rulebook.no_value", name="x"), shipped.catalogue(), "en").count("{place}") == 1


def raised_codes(source: str, concept: str) -> set[str]:
    """The codes that a module of rulebooks or the calendar raises or notes."""
    codes = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "RuleError":
            codes.add(node.args[0].value)
        elif name == "add" and concept and isinstance(node.args[0].value, str):
            codes.add(f"{concept}.{node.args[0].value}")
    return codes


def test_every_code_of_rulebooks_calendar_and_catalogue_has_its_texts():
    files = [*sorted((CORE / "rulebook").glob("*.py")), CORE / "calendar.py", CORE / "catalogue.py"]

    codes = set()
    for file in files:
        codes |= raised_codes(file.read_text(), OF_FILES.get(file.relative_to(CORE).as_posix(), ""))
    codes |= {f"{concept}.bad_toml" for concept in OF_FILES.values()}

    assert len(codes) > 40
    assert sorted(codes - set(shipped.catalogue())) == []


def test_a_text_says_what_to_do_in_a_whole_sentence():
    unfinished = [
        code
        for code, texts in shipped.catalogue().items()
        if re.match(r"(rulebook|calendar|catalogue)\.", code)
        and not (texts["zh"].endswith(("。", "？")) and texts["en"].endswith("."))
    ]

    assert unfinished == []
