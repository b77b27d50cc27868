"""The catalogue of messages: each code with its text in Chinese and English."""

from collections.abc import Iterable, Mapping
from string import Formatter

from zhagen.core.errors import Catalogue
from zhagen.core.toml_lines import Problems, read_toml

LANGUAGES = ("zh", "en")


def parse_catalogue(texts: Iterable[tuple[str, str]]) -> Catalogue:
    """Return the messages of some catalogue files.

    Args:
        texts: Name and TOML text of each file: tables `["code"]` with `zh` and `en`.

    Raises:
        RuleError: the first file's one problem: "catalogue.bad_toml", ".missing_language",
            ".unknown_language", ".bad_figures", ".figures_differ" or ".code_twice".
        SeveralRulesError: all problems of the first file that has any.
    """
    messages: dict[str, Mapping[str, str]] = {}
    for file, text in texts:
        data, problems = read_toml(text, file=file, concept="catalogue")
        for code, raw in data.items():
            if code in messages:
                problems.add("code_twice", (code,))
            messages[code] = _languages(code, raw, problems)
        problems.stop()
    return messages


def _languages(code: str, raw: object, problems: Problems) -> dict[str, str]:
    found: dict[str, str] = {}
    given = raw if isinstance(raw, dict) else {}
    for language in LANGUAGES:
        text = given.get(language)
        if not isinstance(text, str) or not text.strip():
            problems.add("missing_language", (code, language), expected=f'{language} = "…"')
        else:
            found[language] = text
    for key in given:
        if key not in LANGUAGES:
            problems.add("unknown_language", (code, key), expected=", ".join(LANGUAGES))
    figures = [_figures(code, found[language], problems) for language in found]
    if len(figures) == len(LANGUAGES) and figures[0] != figures[1]:
        problems.add("figures_differ", (code,), differing=", ".join(sorted(figures[0] ^ figures[1])))
    return found


def _figures(code: str, text: str, problems: Problems) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError as error:
        problems.add("bad_figures", (code,), reason=str(error))
        return frozenset()
