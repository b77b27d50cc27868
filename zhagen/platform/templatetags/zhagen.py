"""What templates format with: money, moments, names of states, the once-only key of a form."""

import datetime as dt
import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhagen.core.money import format_yuan
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.texts import say

register = template.Library()


@register.filter
def yuan(amount_fen: int | None) -> str:
    """Show fen as yuan: 12,345.60."""
    return "" if amount_fen is None else format_yuan(amount_fen)


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


@register.simple_tag
def once() -> SafeString:
    """Put a key into a form so that sending it twice does it once; beside `{% csrf_token %}`."""
    return format_html('<input type="hidden" name="_key" value="{}">', uuid.uuid4().hex)
