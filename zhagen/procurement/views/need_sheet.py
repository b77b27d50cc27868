"""The form of a hotline's sheet, and its rows as drafts of needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.sheets import SheetColumn, SheetForm, SheetRow
from zhagen.platform.tables import Words
from zhagen.platform.texts import catalogue
from zhagen.platform.vault import PersonalData
from zhagen.procurement.actions.need import LONGEST_TEXT, NeedDraft
from zhagen.procurement.actions.need_import import OrderRow
from zhagen.procurement.models import Need

SHARED, PRIVATE = "shared", "desk"
ANYWHERE = "990000000000"
"""Themes and kinds of a sheet are the national ones: a street may hand one sheet to several communities."""


def _words(prefix: str, codes: Sequence[str]) -> Mapping[str, Words]:
    texts = catalogue()
    return {code: (texts[f"{prefix}.{code}"]["zh"], texts[f"{prefix}.{code}"]["en"]) for code in codes}


def orders_form() -> SheetForm:
    """Return the form of a hotline's sheet by today's rulebook."""
    rules = rules_for(ANYWHERE, today())
    whose = {SHARED: ("大家的事", "Everybody's"), PRIVATE: ("只告诉经办人", "Only the handler")}
    return SheetForm(
        ("热线工单", "Hotline orders"),
        (
            SheetColumn(
                "work_order_no", "工单号", "Order no.", is_required=True, accepted=("工单编号", "编号"),
                most_characters=40, example="20260608001",
            ),
            SheetColumn(
                "place", "社区", "Community", is_required=True, accepted=("所属社区", "社区代码"),
                most_characters=60, note=("社区名称或 12 位代码", "Name or 12-digit code"),
            ),
            SheetColumn(
                "text", "诉求内容", "What is asked", is_required=True, accepted=("需求", "内容", "工单内容"),
                most_characters=LONGEST_TEXT,
            ),
            SheetColumn(
                "received_at", "来电时间", "Received", kind="datetime", accepted=("受理时间", "登记时间"),
                latest=today(),
            ),
            SheetColumn(
                "order_class", "工单类别", "Class", kind="choice", accepted=("紧急程度",),
                choices=_words("order_class.need", tuple(rules.table("need.hotline_due"))),
            ),
            SheetColumn(
                "theme", "类别", "Theme", kind="choice",
                choices=_words("theme.need", rules.texts("need.themes")),
            ),
            SheetColumn(
                "whose", "给谁看", "For whom", kind="choice", choices=whose,
                note=("不填按只告诉经办人", "Empty means only the handler"),
            ),
            SheetColumn("building", "楼栋", "Building", most_characters=40),
            SheetColumn("name", "来电人", "Caller", accepted=("姓名",), most_characters=40),
            SheetColumn("phone", "联系电话", "Phone", kind="phone", accepted=("电话",)),
        ),
    )  # fmt: skip


def order_rows(rows: Sequence[SheetRow]) -> list[OrderRow]:
    """Return the rows of a read sheet as drafts; the action finds the community."""
    return [OrderRow(row.number, row.values["place"], _draft(row.values)) for row in rows]


def _draft(values: Mapping[str, Any]) -> NeedDraft:
    return NeedDraft(
        place=Place(code=""),
        text=values["text"],
        theme=values.get("theme") or "other",
        building=values.get("building") or "",
        is_private=values.get("whose") != SHARED,
        channel=Need.Channel.HOTLINE,
        work_order_no=values["work_order_no"],
        order_class=values.get("order_class") or "ordinary",
        person=PersonalData(name=values.get("name") or "", phone=values.get("phone") or ""),
        raised_at=values.get("received_at"),
    )
