"""Pages of the archive folders: what is on file in archive order, what is missing, the whole as a zip."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.permissions import may
from zhagen.integrity.actions.folder import file_contract_paper
from zhagen.integrity.folder import (
    Folder,
    folder_of_contract,
    folder_of_plan,
    kept_until,
    plans_on_file,
    zip_chunks,
)
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.tables import Column
from zhagen.platform.texts import language
from zhagen.procurement.actions.folder import paper_kinds
from zhagen.procurement.actions.paper import take_file
from zhagen.procurement.models import Claim, Contract, Plan
from zhagen.procurement.views.buying import step_form

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("title", "名称", "Title"),
    Column("missing", "缺几种材料", "Kinds missing", "int"),
    Column("on_file", "已归入（份）", "Papers on file", "int"),
)


@page("folder.list")
def folder_list(request: HttpRequest) -> HttpResponse:
    """List the archive folders, those with the most missing first."""
    folders = sorted(plans_on_file(request.actor), key=lambda each: (-each.missing, each.owner.number))
    return answer_list(
        request,
        Listing(
            title=("归档", "Archive folders"),
            columns=COLUMNS,
            rows=folders,
            row_of=lambda each: {
                "number": each.owner.number,
                "title": each.owner.title,
                "missing": each.missing,
                "on_file": each.on_file,
            },
            url_of=_url,
            empty=_("还没有可以归档的采购。计划经集体决策后，这里按归档目录列出材料。"),
        ),
    )


def _url(folder: Folder, kind: str = "view") -> str:
    name = "plan" if isinstance(folder.owner, Plan) else "contract"
    return reverse(f"folder_{name}_{kind}", args=[folder.owner.pk])


@page("folder.view", Plan)
def folder_plan_view(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Show the folder of a purchase."""
    return _show(request, folder_of_plan(obj))


@page("folder.view", Contract)
def folder_contract_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show the folder of a contract."""
    return _show(request, folder_of_contract(obj))


def _show(request: HttpRequest, folder: Folder) -> HttpResponse:
    rules = rules_for(folder.owner.place_id, today())
    add = (
        reverse("folder_contract_add", args=[folder.contract.pk])
        if folder.contract and may(request.actor, "folder.add")
        else ""
    )
    moves = [Move(_("下载全部（zip）"), _url(folder, "zip"), "primary")]
    return render(
        request,
        "integrity/folder/view.html",
        {
            "folder": folder,
            "lines": [(line, line.kind.zh if language() == "zh" else line.kind.en) for line in folder.lines],
            "kept": kept_until(folder, rules, language()),
            "moves": [*moves, *([Move(_("归入材料"), add)] if add else [])],
            "add_url": add,
            "crumbs": [(_t("归档"), reverse("folder_list")), (folder.owner.number, "")],
        },
    )


@page("folder.download", Plan)
def folder_plan_zip(request: HttpRequest, obj: Plan) -> StreamingHttpResponse:
    """Give the whole folder of a purchase."""
    return _zip(folder_of_plan(obj))


@page("folder.download", Contract)
def folder_contract_zip(request: HttpRequest, obj: Contract) -> StreamingHttpResponse:
    """Give the whole folder of a contract."""
    return _zip(folder_of_contract(obj))


def _zip(folder: Folder) -> StreamingHttpResponse:
    name = quote(f"{_t('归档')}-{folder.owner.number}.zip")
    answer = StreamingHttpResponse(zip_chunks(folder, language()), content_type="application/zip")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


class ContractPaperForm(forms.Form):
    """A paper of a contract or of one of its payments."""

    kind = forms.ChoiceField(label=_("材料种类"))
    claim = forms.ModelChoiceField(
        label=_("属于哪一笔付款"),
        queryset=Claim.objects.none(),
        required=False,
        empty_label=_("不属于某一笔付款"),
    )
    title = forms.CharField(label=_("材料名称"), max_length=120)
    file = forms.FileField(label=_("文件"), help_text=_("PDF、Word 或照片。"))

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [each for each in paper_kinds().values() if each.stage in ("contract", "claim")]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (each.code, each.zh if language() == "zh" else each.en)
            for each in (*kinds, paper_kinds()["other"])
        ]
        self.fields["claim"].queryset = contract.claims.order_by("created_at")  # type: ignore[attr-defined]
        self.fields["claim"].label_from_instance = lambda claim: claim.number  # type: ignore[attr-defined]


@page("folder.add", Contract, methods=("GET", "POST"))
def folder_contract_add(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Put a paper of a contract or payment on file."""
    back = reverse("folder_contract_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        content, content_type = take_file(data.pop("file"))
        file_contract_paper(
            obj, **data, content=content, content_type=content_type, by=request.actor, now=request.received_at
        )
        return redirect(back)

    kind = paper_kinds().get(request.GET.get("kind", ""))
    initial = {"kind": kind.code, "title": kind.zh} if kind else {}
    about = {"heading": _t("归入材料"), "lead": f"{obj.number} {obj.title}", "cancel_url": back}
    return step_form(request, ContractPaperForm, act, about=about, contract=obj, initial=initial)
