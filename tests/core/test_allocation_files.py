"""Pabulib files: what is read, what is refused and how clearly, what is written."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.elections import COURTYARD, elections
from zhagen.cli.shipped import catalogue
from zhagen.core.allocation.allocate import Count, allocate
from zhagen.core.allocation.pabulib import VoteType, read_sections, write_sections
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.terms import Completion, Rule, Terms, Utility
from zhagen.core.allocation.writing import write_election
from zhagen.core.errors import RuleError, render

HEAD = "META\nkey;value\nbudget;10\nvote_type;{type}\nPROJECTS\nproject_id;cost\na;3\nb;4,5\nVOTES\n"


def read(text: str, **more):
    return read_election(text.encode(), "x.pb", **more)


def same(one, other) -> bool:
    columns = ("offsets", "projects", "points")
    return all(np.array_equal(getattr(one.ballots, c), getattr(other.ballots, c)) for c in columns)


@pytest.mark.parametrize("vote_type", ["approval", "choose-1", "ordinal"])
def test_ballots_that_name_projects_are_read(vote_type) -> None:
    election = read(HEAD.format(type=vote_type) + "voter_id;vote\n1;b\n2;\n3;a\n")

    assert (election.scale, election.budget) == (2, 20)
    assert [project.cost for project in election.projects] == [6, 9]
    assert election.ballots.offsets.tolist() == [0, 1, 1, 2]
    assert election.ballots.projects.tolist() == [1, 0]


@pytest.mark.parametrize("vote_type", ["cumulative", "scoring"])
def test_ballots_with_points_are_read(vote_type) -> None:
    election = read(HEAD.format(type=vote_type) + "voter_id;vote;points\n1;b,a;2,1\n2;a;1.5\n")

    assert election.ballots.projects.tolist() == [1, 0, 0]
    assert election.ballots.points.tolist() == [4, 2, 3]


def test_mark_of_order_windows_lines_quotes_and_gzip_are_read_alike() -> None:
    plain = read(COURTYARD)
    quoted = COURTYARD.replace("lamp,ramp;1", '"lamp,ramp";1').replace("长椅", '"长椅; 两张"')

    assert same(plain, read("\ufeff" + COURTYARD))
    assert same(plain, read(COURTYARD.replace("\n", "\r\n")))
    assert same(plain, read(quoted))
    assert read(quoted).projects[1].name == "长椅; 两张"
    assert same(plain, read_election(gzip.compress(COURTYARD.encode()), "x.pb.gz"))


@pytest.mark.parametrize(
    "odd",
    [
        COURTYARD.replace("key;value\n", ""),
        COURTYARD.replace("META\n", "META;;;\n").replace("VOTES\n", "votes;;\n"),
        COURTYARD.replace("budget;30000", "note;a;b\nnote;c\n;\nbudget;3e4"),
        COURTYARD.replace("budget;30000", "budget; 30000,00 "),
        COURTYARD.replace("lamp,ramp;1", " lamp , ramp,;1", 1),
        COURTYARD.replace("1;lamp,ramp;1", "7;ramp,lamp,lamp;1", 1).replace("lamp,ramp", "ramp,lamp"),
        COURTYARD.replace("\n", "\n\n"),
        COURTYARD.replace("楼道灯", '楼道"灯"').replace("garden;9000;花园", 'garden;9000.00;"花;""园"""'),
        COURTYARD.replace("3;粉刷", '3;"粉刷\nVOTES; 上的"'),
    ],
)
def test_odd_but_plain_files_give_the_same_winners(odd) -> None:
    for careful in (False, True):
        assert allocate(read(odd, careful=careful), Terms()).winners == ("lamp", "bench", "paint")


def test_a_vote_without_money_or_without_ballots_is_counted() -> None:
    poor = read(COURTYARD.replace("budget;30000", "budget;0"))
    empty = read(COURTYARD[: COURTYARD.index("1;lamp")])

    for completion in Completion:
        assert allocate(poor, Terms(completion=completion)).winners == ()
        assert allocate(empty, Terms(completion=completion, least_votes=1)).winners == ()
    for rule in Rule:
        assert allocate(poor, Terms(rule)).winners == ()


def test_the_fast_reader_reads_what_the_careful_one_reads() -> None:
    assert same(read(COURTYARD), read(COURTYARD, careful=True))


POINTED = (
    HEAD.format(type="scoring")
    + "voter_id;vote;x;points\n1;b,a;é;2,1\n2;a;;7\n3;;m;\n44;longer-than-8,a;;1,2"
)
POINTED = POINTED.replace("b;4,5", "b;4,5\nlonger-than-8;3")


def said_of(data: bytes, *, careful: bool) -> object:
    try:
        election = read_election(data, "x.pb", careful=careful)
    except RuleError as error:
        return error.code, dict(error.figures)
    ballots = election.ballots
    return [each.tolist() for each in (ballots.offsets, ballots.projects, ballots.points)]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([COURTYARD, COURTYARD.replace("\n", "\r\n"), POINTED]),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["", *';,\r\n "ab1\x00\u00a0'])), max_size=3),
)
def test_however_a_file_is_mangled_both_readers_say_the_same(text, changes) -> None:
    start = text.index("VOTES") - 9
    for place, sign in changes:
        at = start + place % (len(text) - start)
        text = text[:at] + sign + text[at + (not sign) :]

    assert said_of(text.encode(), careful=False) == said_of(text.encode(), careful=True)


@pytest.mark.parametrize(
    "rows",
    [
        "1;lamp;x\r2;bench;y\n3;lamp;z\n",
        "1;lamp;1\n;;\n2;bench;1\n",
        "\r1;lamp;1\n2;bench;1\n",
        "1;lamp;1\n  \n2;bench;1\n",
        "1;lamp ,  ramp;1\n2;  ;1\n3;bench,;1\n",
    ],
)
def test_rows_that_only_look_clean_are_read_with_care(rows) -> None:
    text = COURTYARD[: COURTYARD.index("1;lamp")].removesuffix("\n" if rows[0] == "\r" else "") + rows

    assert said_of(text.encode(), careful=False) == said_of(text.encode(), careful=True)


def test_a_byte_that_is_no_text_is_refused_wherever_it_stands() -> None:
    data = POINTED.encode().replace("é".encode(), b"\xff")

    fast, careful = said_of(data, careful=False), said_of(data, careful=True)

    assert fast == careful
    assert fast[0] == "pabulib.bad_text"


def test_a_column_of_votes_before_the_voters_is_read() -> None:
    text = HEAD.format(type="approval") + "vote;voter_id\na;1\na,b;2\n"

    assert read(text).ballots.projects.tolist() == [0, 0, 1]


def test_rows_unlike_the_first_ones_find_room() -> None:
    votes = [f"{v};a\n" for v in range(20_000)] + [f"{v};a,b\n" for v in range(40_000)]
    election = read(HEAD.format(type="approval") + "voter_id;vote\n" + "".join(votes))

    assert election.ballots.count == 60_000
    assert election.ballots.offsets[-1] == 100_000


def test_places_are_worth_as_much_as_the_file_says_a_ballot_may_name() -> None:
    text = (
        HEAD.format(type="ordinal").replace("budget", "max_length;5.0\nbudget")
        + "voter_id;vote\n1;b,a\n2;a\n"
    )
    count = Count(read(text), Terms(Rule.GREEDY, Utility.BORDA))

    assert count.support.scores == (4 + 5, 5)


BAD = [
    ("budget;30000", "budget;viel", "pabulib.no_number", 4, "budget"),
    ("budget;30000", "budget;-1", "pabulib.no_number", 4, "budget"),
    ("vote_type;approval", "vote_type;loud", "pabulib.vote_type", 5, "vote_type"),
    ("budget;30000\n", "", "pabulib.no_meta", 1, "budget"),
    ("budget;30000", "budget;30000\nbudget;1", "pabulib.meta_twice", 5, "budget"),
    ("bench;9000;", "bench;9k;", "pabulib.no_number", 11, "cost"),
    ("bench;9000;长椅;环境;2号楼", "bench", "pabulib.fields_missing", 11, "cost"),
    ("bench;9000;", "lamp;9000;", "pabulib.id_twice", 11, "project_id"),
    ("bench;9000;", ";9000;", "pabulib.no_id", 11, "project_id"),
    ("project_id;cost;", "id;cost;", "pabulib.no_column", 9, "project_id"),
    ("voter_id;vote;", "voter_id;vote;vote;", "pabulib.column_twice", 16, "vote"),
    ("5;lamp;1", "5;lampe;1", "pabulib.unknown_project", 21, "vote"),
    ("budget;30000", "budget;1e999999999", "pabulib.no_number", 4, "budget"),
    ("budget;30000", "budget;30,000,000", "pabulib.no_number", 4, "budget"),
    ("budget;30000", "budget;30000\nmax_length;many", "pabulib.no_number", 5, "max_length"),
    ("vote_type;approval", "vote_type;cumulative", "pabulib.no_column", 16, "points"),
    ("9000;长椅", '9000;"长椅', "pabulib.bad_text", 11, ""),
    ("VOTES\n", "VOTES\nVOTES\n", "pabulib.section_twice", 16, "VOTES"),
    ("META\n", "", "pabulib.outside", 1, ""),
    ("budget;30000", "budget;" + "9" * 5000, "pabulib.no_number", 4, "budget"),
    ("bench;9000;", "bench;9/00;", "pabulib.no_number", 11, "cost"),
    (
        COURTYARD[COURTYARD.index("lamp;12") : COURTYARD.index("VOTES")],
        "",
        "pabulib.no_projects",
        1,
        "PROJECTS",
    ),
    ("bench;9000;", "bench;nan;", "pabulib.no_number", 11, "cost"),
    ("budget;30000", "budget;30000\nmax_length;9999999", "pabulib.no_number", 5, "max_length"),
    ("5;lamp;1", "5", "pabulib.fields_missing", 21, "vote"),
]


@pytest.mark.parametrize(("right", "wrong", "code", "line", "field"), BAD)
def test_a_malformed_file_is_refused_with_file_line_field_and_what_was_expected(
    right, wrong, code, line, field
) -> None:
    with pytest.raises(RuleError) as caught:
        read(COURTYARD.replace(right, wrong, 1))

    error = caught.value
    assert (error.code, error.figures["line"], error.figures["key"]) == (code, line, field)
    assert error.figures["expected"]
    said = render(error, catalogue(), "en")
    assert said.startswith(f"x.pb, line {line}")
    assert str(error.figures["expected"]) in said


@pytest.mark.parametrize("section", ["META", "PROJECTS", "VOTES"])
def test_a_missing_section_is_named(section) -> None:
    with pytest.raises(RuleError) as caught:
        read(COURTYARD.replace(f"{section}\n", "" if section != "META" else "PROJECTS\n", 1))

    assert caught.value.code in {"pabulib.no_section", "pabulib.section_twice"}


def test_bytes_that_are_no_text_or_no_gzip_are_refused() -> None:
    with pytest.raises(RuleError) as text:
        read_election(COURTYARD.encode("gb18030"), "x.pb")
    whole = gzip.compress(COURTYARD.encode())
    with pytest.raises(RuleError) as packed:
        read_election(whole[:40], "x.pb.gz")
    with pytest.raises(RuleError) as broken:
        read_election(whole[:20] + b"\xff\xff\xff" + whole[23:], "x.pb.gz")

    assert (text.value.code, text.value.figures["line"]) == ("pabulib.bad_text", 3)
    assert packed.value.code == broken.value.code == "pabulib.bad_gzip"


@pytest.mark.parametrize(
    ("vote_type", "row", "code"),
    [
        ("choose-1", "1;a,b;", "pabulib.one_only"),
        ("cumulative", "1;a,b;1", "pabulib.points_count"),
        ("cumulative", "1;a;x", "pabulib.no_number"),
        ("cumulative", "1;a;99999999999999999999", "pabulib.no_number"),
        ("scoring", "1;a,b;1/3,1/99999999999999", "pabulib.no_number"),
    ],
)
def test_a_ballot_against_its_kind_is_refused(vote_type, row, code) -> None:
    with pytest.raises(RuleError) as caught:
        read(HEAD.format(type=vote_type) + f"voter_id;vote;points\n{row}\n")

    assert (caught.value.code, caught.value.figures["line"]) == (code, 11)


def test_sections_come_back_as_they_were_written() -> None:
    before = read_sections(COURTYARD.encode(), "x.pb")
    after = read_sections(write_sections(before).encode(), "x.pb")

    assert after == before


@settings(max_examples=60, deadline=None)
@given(elections())
def test_an_election_of_any_kind_comes_back_as_it_was_written(election) -> None:
    again = read(write_election(election))

    assert same(election, again)
    assert (again.budget, again.vote_type, again.projects) == (
        election.budget,
        election.vote_type,
        election.projects,
    )
    assert election.vote_type in VoteType
