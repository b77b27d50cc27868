"""Build plain official papers as Word files from marked text, so that each has a readable source.

Run `python -m zhagen.platform.word_templates` to make every `zhagen/<app>/documents/*.docx` again from the
`body` of the .toml beside it. A line of the body begins with:

    # title    ^ number line    ## heading    > flush left (address line)    < flush right (signature, date)
    | a | b |  row of a table   |* a | b |    row of headings                [seal] words    [sign] one | two
    {%p … %}   a line that only steers        anything else: a paragraph with the usual indent

In a table a row that only steers is `| {%tr for item in items %} |`.
"""

import io
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋"
TITLE_POINTS, BODY_POINTS, TABLE_POINTS = 20, 14, 11
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def new_paper(title: str) -> Any:
    """Return an A4 document with the usual margins that begins with its title, centred."""
    from docx import Document
    from docx.shared import Cm

    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.6), Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.5)
    _set_font(paper.styles["Normal"], BODY_FONT, BODY_POINTS)
    add_title(paper, title)
    paper.core_properties.author = ""
    return paper


def add_title(paper: Any, text: str) -> None:
    """Add the title, centred."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run(text)
    run.bold = True
    run.font.size = Pt(TITLE_POINTS)
    _east_asian(run, TITLE_FONT)


def add_line(paper: Any, text: str, *, align: str = "left", is_bold: bool = False, indent: int = 0) -> None:
    """Add a paragraph; `indent` is in characters of the body."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    line = paper.add_paragraph()
    line.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    line.paragraph_format.first_line_indent = Pt(BODY_POINTS * indent)
    line.paragraph_format.space_after = Pt(4)
    line.paragraph_format.line_spacing = 1.4
    line.add_run(text).bold = is_bold


def add_grid(paper: Any, rows: list[tuple[list[str], bool]]) -> None:
    """Add a table of rows, each with its cells and whether they are headings."""
    from docx.shared import Pt

    width = max(len(cells) for cells, _ in rows)
    grid = paper.add_table(rows=0, cols=width, style="Table Grid")
    for cells, is_heading in rows:
        row = grid.add_row()
        for cell, text in zip(row.cells, cells, strict=False):
            run = cell.paragraphs[0].add_run(text)
            run.bold = is_heading
            run.font.size = Pt(TABLE_POINTS)
    paper.add_paragraph()


def add_signatures(paper: Any, names: Iterable[str]) -> None:
    """Add a box for each who signs: words, room, date."""
    add_grid(paper, [([f"{name}意见：\n\n\n签字：\n    年  月  日" for name in names], False)])


def add_seal(paper: Any, text: str) -> None:
    """Add the place for the seal or for the scan of the sealed page."""
    add_line(paper, text, align="right")
    add_line(paper, "（盖章处）", align="right")


def build_paper(body: str) -> bytes:
    """Return the Word file of a marked text."""
    lines = [line.rstrip() for line in body.strip().splitlines() if line.strip()]
    paper = new_paper(lines[0].removeprefix("# "))
    rows: list[tuple[list[str], bool]] = []
    for line in lines[1:]:
        if line.startswith("|"):
            is_heading = line.startswith("|*")
            cells = [cell.strip() for cell in line.removeprefix("|*").strip("|").split(" | ")]
            rows.append((cells, is_heading))
            continue
        if rows:
            add_grid(paper, rows)
            rows = []
        _add_marked(paper, line)
    if rows:
        add_grid(paper, rows)
    return _saved(paper)


def _add_marked(paper: Any, line: str) -> None:
    if line.startswith("# "):
        add_title(paper, line[2:])
    elif line.startswith("## "):
        add_line(paper, line[3:], is_bold=True, indent=2)
    elif line.startswith("^ "):
        add_line(paper, line[2:], align="center")
    elif line.startswith("> "):
        add_line(paper, line[2:])
    elif line.startswith("< "):
        add_line(paper, line[2:], align="right")
    elif line.startswith("[seal] "):
        add_seal(paper, line.removeprefix("[seal] "))
    elif line.startswith("[sign] "):
        add_signatures(paper, [name.strip() for name in line.removeprefix("[sign] ").split("|")])
    else:
        add_line(paper, line, indent=2)


def _saved(paper: Any) -> bytes:
    """Return the file with fixed times, so that building twice gives the same bytes."""
    import datetime as dt

    fixed = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    paper.core_properties.created = paper.core_properties.modified = fixed
    out, made = io.BytesIO(), io.BytesIO()
    paper.save(out)
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return made.getvalue()


def _set_font(style: Any, name: str, points: int) -> None:
    from docx.shared import Pt

    style.font.name = name
    style.font.size = Pt(points)
    _east_asian(style, name)


def _east_asian(holder: Any, name: str) -> None:
    from docx.oxml.ns import qn

    properties = holder.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)


def source_files() -> list[Path]:
    """Return the .toml of every paper that ships."""
    return sorted(Path(__file__).resolve().parents[1].glob("*/documents/*.toml"))


def main() -> None:
    """Make every shipped Word template again from its source."""
    for source in source_files():
        body = tomllib.loads(source.read_text("utf-8"))["body"]
        source.with_suffix(".docx").write_bytes(build_paper(body))


if __name__ == "__main__":
    main()
