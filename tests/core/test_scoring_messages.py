"""Every code that the judging core raises or gives as a reason has a text in both languages."""

import re
from pathlib import Path

from zhagen.core.catalogue import parse_catalogue
from zhagen.core.scoring.renewal import Verdict

ROOT = Path(__file__).parents[2]
CONCEPTS = "bid|panel|sampling|evaluation|acceptance|self_evaluation|renewal"


def test_every_code_has_a_text_and_every_text_a_code() -> None:
    file = ROOT / "zhagen/rulebooks/messages/scoring.toml"
    texts = set(parse_catalogue([(file.name, file.read_text("utf-8"))]))
    sources = [ROOT / "zhagen/core/sampling.py", *(ROOT / "zhagen/core/scoring").glob("*.py")]
    used = {
        code
        for source in sources
        for code in re.findall(rf'(?:Error|Reason)\(\s*"((?:{CONCEPTS})\.\w+)"', source.read_text("utf-8"))
    }
    used |= {f"renewal.{verdict.value}" for verdict in Verdict}
    used |= {"acceptance.short", "acceptance.short_not_essential"}

    assert used == texts
