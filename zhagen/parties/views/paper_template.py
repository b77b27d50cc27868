"""Pages of Word templates: the papers, one paper with its fields and versions, upload, restore."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.permissions import may
from zhagen.parties.actions.paper_template import add_paper_template, restore_built_in, use_paper_template
from zhagen.parties.office import street_of
from zhagen.platform.documents import (
    Field,
    built_in,
    fill_document,
    paper_fields,
    paper_names,
    paper_title,
    sample_data,
)
from zhagen.platform.files import read_stored
from zhagen.platform.forms import answer_form
from zhagen.platform.home import data_home
from zhagen.platform.models import PaperTemplate
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.texts import language
from zhagen.platform.uploads import CONTENT_TYPES

LARGEST_BYTES = 10 * 1024 * 1024


def _title(paper: str) -> str:
    try:
        return paper_title(paper)[language()]
    except RuleError:
        raise Http404 from None


@page("paper_template.view")
def paper_template_list(request: HttpRequest) -> HttpResponse:
    """List every paper with the template that is in force."""
    own = {each.paper: each for each in _own(request).filter(is_in_force=True)}
    papers = [
        (_title(paper), reverse("paper_template_view", args=paper.split("/")), own.get(paper))
        for paper in paper_names()
    ]
    context = {"papers": sorted(papers, key=lambda row: (row[2] is None, row[1]))}
    return render(request, "parties/paper_template/list.html", context)


def _own(request: HttpRequest) -> Any:
    street = street_of(request.actor, "paper_template.view")
    rows = visible(request.actor, "paper_template.view", PaperTemplate)
    return rows.filter(place=street.pk if street else "")


@page("paper_template.view")
def paper_template_view(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Show one paper: what is in force, its fields, its versions, how to replace it."""
    return render(request, "parties/paper_template/view.html", _about(request, app, name))


def _about(request: HttpRequest, app: str, name: str) -> dict[str, Any]:
    paper = f"{app}/{name}"
    title = _title(paper)
    versions = list(_own(request).filter(paper=paper))
    return {
        "title": title,
        "app": app,
        "name": name,
        "versions": versions,
        "in_force": next((each for each in versions if each.is_in_force), None),
        "fields": _lines(paper_fields(paper)),
        "may_change": may(request.actor, "paper_template.change"),
        "crumbs": [(gettext("文书模板"), reverse("paper_template_list")), (title, "")],
    }


def _lines(fields: Any, loop: str = "") -> list[dict[str, Any]]:
    """Return each field as a person writes it into a template; parts of a list below it."""
    found: list[dict[str, Any]] = []
    for key, field in fields.items():
        found.append(
            {"written": _written(key, field, loop), "label": _label(field), "sample": _sample(field)}
        )
        found += _lines(field.parts, "item")
    return found


def _label(field: Field) -> str:
    return field.zh if language() == "zh" else field.en


def _written(key: str, field: Field, loop: str) -> str:
    path = f"{loop}.{key}" if loop else key
    if field.parts:
        return f"{{%tr for item in {path} %}} … {{%tr endfor %}}"
    kind = "|yuan" if key.endswith("_fen") else "|day" if hasattr(field.sample, "isoformat") else ""
    return f"{{{{ {path}{kind} }}}}"


def _sample(field: Field) -> str:
    return "" if field.parts else str(field.sample)


class TemplateForm(forms.Form):
    """A Word file of one's own."""

    file = forms.FileField(label=_("Word 模板（.docx，不超过 10 MB）"))
    note = forms.CharField(label=_("说明（改了什么，依据哪份文件）"), max_length=200, required=False)

    def clean_file(self) -> bytes:
        """Return the bytes of the file, in memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(gettext("文件超过 10 MB。请压缩图片后重新保存。"))
        return file.read()


@page("paper_template.change", methods=("GET", "POST"))
def paper_template_upload(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Take in a template of one's own; what is wrong in it is named."""

    def act(data: dict[str, Any]) -> HttpResponse:
        add_paper_template(
            f"{app}/{name}", data["file"], data["note"], by=request.actor, now=request.received_at
        )
        return redirect("paper_template_view", app=app, name=name)

    context = _about(request, app, name) | {"cancel_url": reverse("paper_template_view", args=[app, name])}
    return answer_form(request, TemplateForm, act, "parties/paper_template/upload.html", context)


@page("paper_template.change", methods=("POST",))
def paper_template_restore(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Go back to the built-in template."""
    restore_built_in(f"{app}/{name}", by=request.actor, now=request.received_at)
    return redirect("paper_template_view", app=app, name=name)


@page("paper_template.change", PaperTemplate, methods=("POST",))
def paper_template_use(request: HttpRequest, obj: PaperTemplate) -> HttpResponse:
    """Put a kept version in force again."""
    use_paper_template(obj, by=request.actor, now=request.received_at)
    app, name = obj.paper.split("/")
    return redirect("paper_template_view", app=app, name=name)


def _word(content: bytes, file_name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=CONTENT_TYPES["docx"])
    answer["Content-Disposition"] = f'attachment; filename="{file_name}.docx"'
    return answer


@page("paper_template.view", PaperTemplate)
def paper_template_file(request: HttpRequest, obj: PaperTemplate) -> HttpResponse:
    """Send a kept version."""
    content = read_stored(data_home() / "evidence", obj.file_digest)
    return _word(content, f"{obj.paper.partition('/')[2]}-v{obj.version}")


@page("paper_template.view")
def paper_template_built_in(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Send the built-in template, to be edited in Word or WPS."""
    _title(f"{app}/{name}")
    return _word(built_in(f"{app}/{name}"), name)


@page("paper_template.view")
def paper_template_sample(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Send the template in force filled with made-up data."""
    _title(f"{app}/{name}")
    street = street_of(request.actor, "paper_template.view")
    filled = fill_document(f"{app}/{name}", sample_data(f"{app}/{name}"), office=street.pk if street else "")
    return _word(filled.content, f"{name}-sample")
