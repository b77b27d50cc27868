"""The catalogue's texts in one language, as a value that can be handed on."""

from dataclasses import dataclass

from zhagen.cli.talk import say


@dataclass(frozen=True, slots=True)
class Speaker:
    """Gives the text of a code in one language, "zh" or "en"."""

    language: str

    def __call__(self, code: str, /, **figures: object) -> str:
        """Return the text with its figures."""
        return say(code, self.language, **figures)
