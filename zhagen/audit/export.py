"""Export the log as lines for outsiders, and check the live database with the same code."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from zhagen.audit.models import Event, EventPayload, Leaf, LogKey, Pending, SignedRoot, TreeState
from zhagen.core.checkpoint import PublicKey
from zhagen.core.errors import RuleError
from zhagen.core.log_check import Report, check_log
from zhagen.core.log_form import LoggedEvent, checkpoint_line, commitment_of_text, event_line, header_line
from zhagen.platform.tx import write_tx

CHUNK = 5000
LOGGED = tuple(
    f"event__{name}" for name in ("pk", "stream", "stream_seq", "kind", "actor_key", "at", "commitment")
)
"""Fields of an event in the order of `LoggedEvent`; read as plain values, a third of the time of objects."""


def export_log() -> Iterator[bytes]:
    """Yield the lines of the whole log in the form of docs/reference/log-format.md, without line ends."""
    roots = list(SignedRoot.objects.order_by("size", "pk"))  # read first: roots signed meanwhile are larger
    state = TreeState.objects.filter(pk=1).first() or TreeState(origin="zhagen-empty")
    keys = tuple(LogKey.objects.order_by("pk").values_list("text", flat=True))
    yield header_line(state.origin, state.size, keys)
    leaves = Leaf.objects.filter(number__lte=state.size).order_by("number")
    for number, sealed, pk, *fields in leaves.values_list("number", "hash", *LOGGED).iterator(CHUNK):
        while roots and roots[0].size < number:
            yield checkpoint_line(roots.pop(0).text)
        yield event_line(number, LoggedEvent(str(pk), *fields).leaf, sealed)
    for root in roots:
        yield checkpoint_line(root.text)


def check_live(*, outside: Sequence[tuple[str, str]] = (), keys: Sequence[PublicKey] = ()) -> Report:
    """Check the log of this database: the exported lines, the tree's state and the payloads that are kept."""
    with transaction.atomic():
        report = check_log(export_log(), name="database", outside=outside, keys=keys)
        findings = [*report.findings, *_check_state(report), *_check_unsealed(), *_check_payloads()]
    return Report(report.size, report.root, tuple(findings), report.notes)


def _check_state(report: Report) -> Iterator[RuleError]:
    state = TreeState.objects.filter(pk=1).first()
    if state is not None and state.frontier.root != report.root:
        yield RuleError("log.tree_differs", size=state.size)
    last = Leaf.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if last != (state.size if state else 0):
        yield RuleError("log.cut_short", expected=state.size if state else 0, size=last)


def _check_unsealed() -> Iterator[RuleError]:
    waiting = Pending.objects.values("event")
    for event in Event.objects.filter(leaf__isnull=True).exclude(pk__in=waiting)[:CHUNK]:
        yield RuleError("log.event_unsealed", stream=event.stream, seq=event.stream_seq)


def _check_payloads() -> Iterator[RuleError]:
    kept = EventPayload.objects.order_by("pk").values_list(
        "salt", "text", "event__commitment", "event__stream", "event__leaf__number"
    )
    for salt, text, committed, stream, number in kept.iterator(CHUNK):
        if commitment_of_text(salt, text) != committed:
            yield RuleError("log.payload_edited", number=number or 0, stream=stream)


@write_tx
def erase_payload(event: Event) -> None:
    """Erase the figures behind an event for good; its place in the log and its commitment stay."""
    EventPayload.objects.filter(event=event).delete()
