"""The documents keep up with the code: one term a concept, and every word of code explained."""

import re
from pathlib import Path

from django.apps import apps

from zhagen.core.permissions import TABLE

ROOT = Path(__file__).resolve().parents[1]
INNER = {
    "clock_mark", "done_request", "number_series", "vault_person", "leaf", "tile", "tree_state", "log_key",
    "pending", "event_payload",
}  # fmt: skip
"""Tables of the machinery, which no page and no reader ever names."""
SAME = {"user": "person", "case_file": "case", "off_plan_task": "off_plan"}
"""Models whose table needs a longer name than the concept."""


def glossary():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return {
        row[1].strip(): row[0].strip()
        for row in (line.split("|")[1:] for line in text.splitlines())
        if len(row) > 4
    }


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_every_model_is_a_term_of_the_glossary():
    ours = [model for model in apps.get_models() if model.__module__.startswith("zhagen.")]
    names = {SAME.get(snake(model.__name__), snake(model.__name__)) for model in ours} - INNER

    assert len(names) > 30
    assert sorted(names - set(glossary())) == []


def test_every_action_of_the_permission_table_begins_with_a_term_of_the_glossary():
    assert sorted({action.partition(".")[0] for action in TABLE} - set(glossary())) == []


def test_every_event_begins_with_a_term_of_the_glossary():
    recorded = re.compile(r"""\brecord\(\s*f?"([a-z_]+)\.""")
    kinds = {
        kind for file in (ROOT / "zhagen").rglob("*.py") for kind in recorded.findall(file.read_text("utf-8"))
    }

    assert len(kinds) > 10
    assert sorted(kinds - set(glossary())) == []


def test_every_address_begins_with_a_term_of_the_glossary_or_a_plain_word():
    from zhagen.platform.pages import OPEN_PREFIXES, all_patterns

    plain = {"desk", "front", "language", "look", "privacy", "accessibility", "my", "demo"}
    terms = sorted(set(glossary()) | plain, key=len, reverse=True)
    names = [str(each.name) for _, each in all_patterns() if not str(each.name).startswith(OPEN_PREFIXES)]

    assert [
        name for name in names if not any(name == term or name.startswith(term + "_") for term in terms)
    ] == []


def test_no_term_stands_twice_in_the_glossary():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    codes = [
        line.split("|")[2].strip()
        for line in text.splitlines()
        if line.startswith("| ") and line.count("|") > 4
    ]

    assert len(codes) == len(set(codes))


def test_decision_records_are_short_and_the_documents_that_readers_look_for_exist():
    for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"):
        assert (ROOT / name).is_file(), name
    long = [
        each.name
        for each in (ROOT / "docs" / "decisions").glob("*.md")
        if len(each.read_text("utf-8").splitlines()) > 60
    ]

    assert not long


def test_links_between_documents_lead_somewhere():
    broken = []
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text("utf-8")):
            if not (file.parent / target).exists():
                broken.append(f"{file.relative_to(ROOT)} → {target}")

    assert not broken


def test_no_file_holds_the_marks_of_a_merge_that_was_not_finished():
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "zhagen").rglob("*.html")]
    marks = re.compile(r"^(<{7}|>{7})", re.MULTILINE)

    assert not [str(each) for each in files if marks.search(each.read_text("utf-8"))]
