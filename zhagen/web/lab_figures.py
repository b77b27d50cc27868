"""Draw the figures of docs/reference/lab-facts.md from the kept results: `python -m zhagen.web.lab_figures FOLDER`."""

import sys
import tempfile
from pathlib import Path

from zhagen.lab.facts.pages import shown_runs
from zhagen.lab.facts.results import KEPT, Report, read_report
from zhagen.platform.charts import Chart, bar_chart, draw_charts

FIGURES = {
    "need": ("resolved", "解决的需求 Need resolved"),
    "embeddedness": ("embeddedness", "嵌入 Embeddedness"),
    "coverage": ("coverage", "应急覆盖 Emergency coverage"),
}
"""End of the file's name → outcome and title."""


def charts(report: Report) -> dict[str, Chart]:
    """Return each figure by its file's name."""
    drawn: dict[str, Chart] = {}
    for name, (outcome, title) in FIGURES.items():
        bars = [(run, round(report.means[run][outcome] * 10_000)) for run in shown_runs(report)]
        whole = f"{title}（未校准，只看方向 uncalibrated, directions only）"
        drawn[f"lab-{name}.svg"] = bar_chart(whole, bars, unit="%", kind="percent_bp")
    return drawn


def main(folder: str) -> int:
    """Draw the figures; return 1 where no results are kept."""
    report = read_report()
    if report is None:
        print(f"没有结果 / no results: {KEPT}")
        return 1
    found = charts(report)
    with tempfile.TemporaryDirectory() as kept:
        for name, path in zip(found, draw_charts(list(found.values()), Path(kept)), strict=True):
            (Path(folder) / name).write_bytes(path.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
