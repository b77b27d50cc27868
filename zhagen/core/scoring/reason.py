"""A reason as a message code with its figures; the texts stand in the catalogue of messages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a message code and its figures."""

    code: str
    figures: Mapping[str, object]
    source: str = ""
