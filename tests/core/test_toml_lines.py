import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.toml_lines import locate, read_toml

TEXT = '''# first
[a]  # head
"quoted key" = 1
long = """
[not.a.table]
from = 2020-01-01
"""
[a.'b c']
values = [
  { from = 2020-01-01, value = 1 }, # from = 1999-01-01
  { from = 2021-01-01, value = 2 }, { from = 2022-01-01, value = 3 },
]
[[item]]
x = 1
[[item]]
x = 2
'''


def test_tables_keys_and_dated_items_have_their_lines():
    lines = locate(TEXT)

    assert (lines["a",], lines["a", "quoted key"], lines["a", "long"], lines["a", "b c"]) == (2, 3, 4, 8)
    assert [lines["a", "b c", "values", str(n)] for n in range(3)] == [10, 11, 11]
    assert (lines["item", "0", "x"], lines["item", "1", "x"]) == (14, 16)
    assert ("not", "a", "table") not in lines


def test_a_part_that_the_file_lacks_has_the_line_of_what_holds_it():
    _, problems = read_toml(TEXT, file="a.toml", concept="x")

    assert problems.line(("a", "b c", "missing", "0")) == 8
    assert problems.line(("nowhere",)) == 1
    problems.stop()


@given(
    st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 9)), unique_by=lambda t: t[0])
)
def test_every_key_of_a_generated_file_is_found_on_its_own_line(pairs):
    rows = [row for name, number in pairs for row in (f"[t.{name}]", f"k = {number}", "", "# x")]
    text = "\n".join(rows)

    lines = locate(text)

    assert sum(len(table) for table in tomllib.loads(text).get("t", {}).values()) == len(pairs)
    for number, (name, _) in enumerate(pairs):
        assert lines["t", name, "k"] == 4 * number + 2


def test_dates_are_read_as_dates():
    data, _ = read_toml("d = 2020-01-01", file="a", concept="x")

    assert data["d"] == date(2020, 1, 1)
