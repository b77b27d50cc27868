"""Build plain official papers as Word files: title, number, paragraphs, tables, signature, seal.

Our own .docx templates are made from these calls, so each can be read, reviewed and made again from source.
"""

from typing import Any

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋"
TITLE_POINTS, BODY_POINTS, TABLE_POINTS = 20, 14, 11


def new_paper(title: str) -> Any:
    """Return an A4 document with the usual margins that begins with its title, centred."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.6), Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.5)
    _set_font(paper.styles["Normal"], BODY_FONT, BODY_POINTS)
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(title)
    run.bold = True
    run.font.size = Pt(TITLE_POINTS)
    _east_asian(run, TITLE_FONT)
    paper.core_properties.title = title
    paper.core_properties.author = ""
    return paper


def _set_font(style: Any, name: str, points: int) -> None:
    from docx.shared import Pt

    style.font.name = name
    style.font.size = Pt(points)
    _east_asian(style, name)


def _east_asian(holder: Any, name: str) -> None:
    from docx.oxml.ns import qn

    properties = holder.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)
