"""Any result of an experiment as a file, and back: watermarked, and refused once somebody changed it."""

import json

from zhagen.core.errors import RuleError
from zhagen.lab.experiments.ablation import Ablation
from zhagen.lab.experiments.compare import Comparison
from zhagen.lab.experiments.outlook import Outlook
from zhagen.lab.experiments.sensitivity import Morris, Sobol
from zhagen.lab.experiments.sweep import Sweep
from zhagen.lab.honesty import WATERMARK
from zhagen.lab.lab_file import FORMAT, digest_of, from_plain, to_plain

Result = Outlook | Comparison | Sweep | Ablation | Morris | Sobol
"""What an experiment answers."""

KINDS: dict[str, type[Result]] = {
    each.__name__.lower(): each for each in (Outlook, Comparison, Sweep, Ablation, Morris, Sobol)
}


def to_json(result: Result) -> str:
    """Return a result as JSON text: its kind, the watermark, the hash of its content, its content."""
    content = to_plain(result)
    head = {
        "kind": kind_of(result),
        "watermark": WATERMARK[result.stamp.badge],
        "format": FORMAT,
        "sha256": digest_of(content),
        "content": content,
    }
    return json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Result:
    """Return the result of a JSON text.

    Raises:
        RuleError: "experiment.bad_file" if it is none; "experiment.changed_file" if its content was changed;
            "lab_file.broken" if the content is not that of its kind.
    """
    try:
        head = json.loads(text)
        form, content, stated = KINDS[head["kind"]], head["content"], head["sha256"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RuleError("experiment.bad_file", reason=str(error)) from error
    if digest_of(content) != stated:
        raise RuleError("experiment.changed_file")
    found: Result = from_plain(form, content, "content")
    return found


def kind_of(result: Result) -> str:
    """Return the word for the kind of a result: "comparison", "sweep", …"""
    return type(result).__name__.lower()
