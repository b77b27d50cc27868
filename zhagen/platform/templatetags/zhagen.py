"""What templates format with: money, moments, names of states, the once-only key of a form."""

import datetime as dt
import uuid

from django import template
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhagen.core.money import capital_yuan, format_yuan
from zhagen.platform.clock import SHANGHAI, today
from zhagen.platform.parts import TONES, Deadline
from zhagen.platform.sections import Part, parts_of
from zhagen.platform.texts import say

register = template.Library()


@register.filter
def yuan(amount_fen: int | None) -> str:
    """Show fen as yuan: 12,345.60."""
    return "" if amount_fen is None else format_yuan(amount_fen)


@register.filter
def capital(amount_fen: int) -> str:
    """Show fen in the capital characters of contracts and claims (大写)."""
    return capital_yuan(amount_fen)


@register.filter
def percent_bp(basis_points: int | None) -> str:
    """Show basis points as per cent: 1250 → 12.5%."""
    return "" if basis_points is None else f"{basis_points / 100:g}%"


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Show a moment in Shanghai: 2026-05-04 09:30."""
    return "" if at is None else at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@register.filter
def day(on: dt.date | None) -> str:
    """Show a date: 2026-05-04."""
    return "" if on is None else on.isoformat()


@register.filter
def state_name(state: str, concept: str) -> str:
    """Name a state in the reader's language: `{{ need.state|state_name:"need" }}`."""
    return say(f"state.{concept}.{state}")


@register.filter
def move_name(move: str, concept: str) -> str:
    """Name a move in the reader's language."""
    return say(f"move.{concept}.{move}")


@register.filter
def role_name(role: str) -> str:
    """Name a role in the reader's language."""
    return say(f"role.{role}")


@register.filter
def theme_name(theme: str) -> str:
    """Name the theme of a need."""
    return say(f"theme.need.{theme}")


@register.filter
def kind_name(kind: str) -> str:
    """Name the private kind of a need."""
    return say(f"kind.need.{kind}")


@register.filter
def channel_name(channel: str) -> str:
    """Name the way a need came in."""
    return say(f"channel.need.{channel}")


@register.filter
def folder_status(status: str) -> str:
    """Return in words whether a kind of paper is on file."""
    return say(f"status.folder.{status}")


@register.filter
def word_name(word: str) -> str:
    """Name what was said of a need."""
    return say(f"word.need.{word}")


@register.simple_tag
def once() -> SafeString:
    """Put a key into a form so that sending it twice does it once; beside `{% csrf_token %}`."""
    return format_html('<input type="hidden" name="_key" value="{}">', uuid.uuid4().hex)


@register.inclusion_tag("web/_state.html")
def state(state: str, concept: str) -> dict[str, str]:
    """Draw a state as a badge: `{% state need.state "need" %}`."""
    return {"name": say(f"state.{concept}.{state}"), "tone": TONES.get(str(state), "")}


@register.inclusion_tag("web/_deadline.html")
def deadline(due_on: dt.date | None) -> dict[str, object]:
    """Draw a day with the days left or overdue: `{% deadline need.next_on %}`."""
    return {"due": None if due_on is None else Deadline(due_on, (due_on - today()).days)}


@register.filter
def when(at: dt.datetime | dt.date | None) -> str:
    """Show a moment with its time, a date without."""
    return moment(at) if isinstance(at, dt.datetime) else day(at)


@register.filter
def parts(form: Form) -> list[Part]:
    """Return the fields of a form by its sections."""
    return list(parts_of(form))


@register.filter
def points(basis_points: int | None) -> str:
    """Show a mark in basis points as points of a hundred: 8875 → 88.75."""
    return "" if basis_points is None else f"{basis_points / 100:.2f}"
