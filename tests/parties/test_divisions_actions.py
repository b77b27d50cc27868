"""Import of the real division files: counted, re-runnable, all or nothing, errors by line and field."""

import datetime as dt
import gzip
from pathlib import Path

import pytest

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.parties.actions.divisions import import_civil_codes, import_divisions
from zhagen.parties.models import Place
from zhagen.platform.clock import now

DATA = Path(__file__).resolve().parents[1] / "data" / "divisions"
UPPER, COMMUNITIES = DATA / "upper.csv.gz", DATA / "communities.csv.gz"
EDITION = dt.date(2023, 6, 30)


def load(upper=UPPER, communities=COMMUNITIES, edition=EDITION):
    return import_divisions(upper, communities, edition, now=now())


def changed(tmp_path, source: Path, *edits: tuple[int, str]) -> Path:
    """Return a copy of a file with some lines (from 1) replaced."""
    lines = gzip.decompress(source.read_bytes()).decode().splitlines()
    for number, text in edits:
        lines[number - 1] = text
    target = tmp_path / source.name.removesuffix(".gz")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def test_streets_and_communities_get_level_parent_and_edition():
    done = load()

    street = Place.objects.get(pk="110101001000")
    assert (street.name, street.level, street.parent, street.edition) == (
        "东华门街道",
        4,
        "110101000000",
        "2023-06-30",
    )
    assert Place.objects.filter(parent="110101001000", level=5).count() > 5
    assert done.upper + done.communities == Place.objects.count()
    assert not Place.objects.filter(is_active=True).exists()


def test_a_city_without_districts_is_kept_once_as_a_city():
    done = load()

    assert done.skipped == 1
    assert Place.objects.get(pk="441900000000").level == 2


def test_a_second_import_renews_names_and_keeps_what_the_office_serves(tmp_path):
    load()
    Place.objects.filter(pk="110101001001").update(is_active=True)
    lines = gzip.decompress(COMMUNITIES.read_bytes()).decode().splitlines()
    row = next(number for number, line in enumerate(lines, 1) if line.startswith("110101001001"))
    renamed = changed(tmp_path, COMMUNITIES, (row, "110101001001,多福巷新社区居委会"))

    before = Place.objects.count()
    load(communities=renamed, edition=dt.date(2024, 6, 30))

    place = Place.objects.get(pk="110101001001")
    assert (place.name, place.edition, place.is_active) == ("多福巷新社区居委会", "2024-06-30", True)
    assert Place.objects.count() == before


@pytest.mark.parametrize(
    ("line", "text", "field"),
    [
        (3, "11010100100,一社区", "code"),
        (3, "110101001００1,一社区", "code"),
        (3, "119999001001,一社区", "code"),
        (3, "110101001000,一社区", None),
        (3, "110101001003,", "name"),
        (3, "110101001003", "*"),
        (3, "110101001003,甲,乙", "*"),
        (3, "110101001001,重复", "code"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, line, text, field):
    bad = changed(tmp_path, COMMUNITIES, (line, text))
    if field is None:
        assert load(communities=bad).skipped == 2
        return

    with pytest.raises(SeveralRulesError) as refused:
        load(communities=bad)

    first = refused.value.errors[0]
    assert first.code == "divisions.bad_line"
    assert (first.figures["file"], first.figures["line"], first.figures["field"]) == (bad.name, line, field)
    assert not Place.objects.exists()


def test_a_street_whose_county_is_unknown_is_refused(tmp_path):
    bad = changed(tmp_path, UPPER, (2, "120000000000,1,天津市,"))

    with pytest.raises(SeveralRulesError) as refused:
        load(upper=bad)

    assert refused.value.errors[0].figures["field"] == "parent"
    assert not Place.objects.exists()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x1f\x8b\x08\x00broken", b"\xff\xfe\x00"])
def test_what_is_no_such_file_is_refused_in_words(tmp_path, content):
    file = tmp_path / "upper.csv.gz"
    file.write_bytes(content)

    with pytest.raises(RuleError) as refused:
        load(upper=file, communities=None)

    assert refused.value.code in {"divisions.unreadable", "divisions.bad_header", "errors.several"}
    assert not Place.objects.exists()


def test_a_file_with_a_heading_alone_is_refused(tmp_path):
    file = tmp_path / "upper.csv"
    file.write_text(gzip.decompress(UPPER.read_bytes()).decode().splitlines()[0] + "\n", encoding="utf-8")

    with pytest.raises(RuleError, match=r"divisions\.empty"):
        load(upper=file, communities=None)


def test_civil_affairs_codes_under_another_heading_are_refused(tmp_path):
    load()
    file = tmp_path / "civil.csv"
    file.write_text("code,name\n110101001000,110101001\n", encoding="utf-8")

    with pytest.raises(RuleError, match=r"divisions\.bad_header") as refused:
        import_civil_codes(file, now=now())
    assert (refused.value.figures["found"], refused.value.figures["expected"]) == (
        "code,name",
        "code,civil_code",
    )
    assert not Place.objects.exclude(civil_code="").exists()


def test_civil_affairs_codes_stand_beside_the_statistical_ones(tmp_path):
    load()
    file = tmp_path / "civil.csv"
    file.write_text("code,civil_code\n110101001000,110101001\n", encoding="utf-8")

    import_civil_codes(file, now=now())

    assert Place.objects.get(pk="110101001000").civil_code == "110101001"
    file.write_text("code,civil_code\n110101001000,x\n999999999000,110101\n", encoding="utf-8")
    with pytest.raises(SeveralRulesError) as refused:
        import_civil_codes(file, now=now())
    assert [error.figures["line"] for error in refused.value.errors] == [2, 3]
