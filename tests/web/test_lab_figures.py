"""The figures of the lab show each run of the kept results, marked as uncalibrated."""

from pathlib import Path

from zhagen.lab.facts.pages import shown_runs
from zhagen.lab.facts.results import Report, read_report
from zhagen.platform.charts import draw_charts
from zhagen.web.lab_figures import FIGURES, charts

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
MEANS = {name: {"resolved": 0.25, "embeddedness": 0.5, "coverage": 0.75} for name in ("base", "R5", "start")}
REPORT = Report("quick", 2, 1, "", "", "", "", (), MEANS, {})


def test_a_figure_has_a_bar_for_each_run_that_is_shown_and_says_what_it_is(tmp_path):
    found = charts(REPORT)
    (drawn,) = draw_charts([found["lab-need.svg"]], tmp_path)
    text = drawn.read_text("utf-8")

    assert set(found) == {f"lab-{name}.svg" for name in FIGURES}
    assert "uncalibrated" in text
    assert "R5" in text
    assert "start" not in found["lab-need.svg"].alternative


def test_the_figures_of_the_documents_name_the_runs_of_the_kept_results():
    kept = read_report()
    assert kept is not None, "make lab-results"

    for name in FIGURES:
        text = (FOLDER / f"lab-{name}.svg").read_text("utf-8")
        assert [run for run in shown_runs(kept) if run not in text] == []
