"""Pages of the event log: anyone checks a receipt and takes a signed root; auditors take the whole log."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from zhagen.audit.export import export_log
from zhagen.audit.models import Event, LogKey, SignedRoot
from zhagen.audit.receipts import covering_root, event_of, receipt_file, receipt_for
from zhagen.core.errors import RuleError
from zhagen.platform.pages import page
from zhagen.platform.texts import explain, say


@page("log.show")
def log_show(request: HttpRequest) -> HttpResponse:
    """Show the newest signed root and the public key; check a receipt code that was typed."""
    code = request.GET.get("code", "").strip()[:40]
    found = _checked(code) if code else {}
    context = {"code": code, "signed": SignedRoot.objects.last(), "key": LogKey.objects.last(), **found}
    return render(request, "integrity/log/show.html", context, status=422 if "problem" in found else 200)


def _checked(code: str) -> dict[str, object]:
    """Return what a receipt code leads to: an event with the root that covers it, or what is wrong."""
    try:
        event = event_of(code)
        if event is None:
            raise RuleError("log.code_unknown", text=code)
    except RuleError as error:
        return {"problem": explain(error)}
    label = say(f"event.{event.kind}")
    return {"event": event, "label": label, "receipt": receipt_for(event), "covering": covering_root(event)}


@page("log.show")
def log_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Give the file that proves a receipt offline."""
    event = _event_or_404(code)
    root = covering_root(event)
    if root is None:
        raise Http404
    return _file(receipt_file(event, root), "application/json", f"receipt-{receipt_for(event)}.json")


def _event_or_404(code: str) -> Event:
    try:
        event = event_of(code)
    except RuleError:
        event = None
    if event is None:
        raise Http404
    return event


@page("log.show")
def log_root(request: HttpRequest) -> HttpResponse:
    """Give the newest signed root as text."""
    signed = SignedRoot.objects.last()
    if signed is None:
        raise Http404
    return _file(signed.text.encode(), "text/plain; charset=utf-8", f"root-{signed.size}.txt")


@page("log.export")
def log_export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole log to an auditor, line by line."""
    lines = (line + b"\n" for line in export_log())
    headers = {"Content-Disposition": 'attachment; filename="zhagen-log.jsonl"'}
    return StreamingHttpResponse(lines, content_type="application/jsonl", headers=headers)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
