"""The kernel: the same bits however a run is made, only operations that every machine rounds alike, needs conserved."""

import ast
from pathlib import Path

import numpy as np
import pytest

import zhagen.lab.model
from zhagen.core.allocation.compiled import COMPILED
from zhagen.lab.model import fields as f
from zhagen.lab.model.levers import lever_vector
from zhagen.lab.model.params import default_params, prior
from zhagen.lab.model.run import Cases, run_cases, watch
from zhagen.lab.model.world import World

SMALL = World.synthetic(communities=23, agencies=9, streets=4)
RULES = (
    lever_vector(),
    lever_vector(
        term=36, merit=1, wage=0.9, w_out=2500, w_outcome=3000, w_need=1000, w_sat=1500, w_embed=2000, quota=0.5,
        credit=0.7, need_tender=1, closing=2, fund=0.15, vote=2, audit=0.3, recuse=1, seat=0.5,
    ),
    lever_vector(learn=1, vote=3, fund=0.2, closing=1),
    lever_vector(tender_mode=2, agencies_share=0.25, other_income=0.4, ban=1, vote=1, fund=0.1),
    lever_vector(tender_mode=1, licensed=1, themes_closed=1, buy=0.3, term=36, granularity=4),
    lever_vector(post=1, term=36, merit=1, wage=0.95),
    lever_vector(w_out=10000, w_sat=0, w_embed=0),
)  # fmt: skip
FORMULAS = ("belief", "effort", "market", "month", "need", "record", "service", "staff", "year")


def some_cases(rows: int = 14) -> Cases:
    levers = np.stack([RULES[row % len(RULES)] for row in range(rows)])
    params = np.stack([default_params() if row % 3 else prior(rows, seed=5)[row] for row in range(rows)])
    return Cases(levers, params, np.arange(rows) % 5)


def run(cases: Cases, *, compiled: bool = True, seed: int = 3, months: int = 40):
    return run_cases(cases, SMALL, seed=seed, months=months, burn_in=12, shock_month=20, compiled=compiled)


@pytest.mark.skipif(not COMPILED, reason="Numba is not installed: there is one way to run only")
def test_compiled_and_plain_runs_give_the_same_bits():
    cases = some_cases()

    loops, blocks = run(cases), run(cases, compiled=False)

    assert loops.digest == blocks.digest


@pytest.mark.parametrize("compiled", [True, False])
def test_a_row_gives_the_same_bits_alone_and_among_others(compiled):
    cases = some_cases()

    together = run(cases, compiled=compiled)
    alone = [run(cases.rows(row, row + 1), compiled=compiled) for row in (0, 4, 13)]

    for row, single in zip((0, 4, 13), alone, strict=True):
        for name, value in single.values.items():
            assert value[0] == together.values[name][row], name


def test_a_longer_run_begins_as_the_shorter_one():
    one = some_cases(2)

    short = run_cases(one, SMALL, seed=3, months=12, burn_in=0)
    long = run_cases(one, SMALL, seed=3, months=24, burn_in=0)

    assert not np.array_equal(short.values["resolved"], long.values["resolved"])
    assert short.digest == run_cases(one, SMALL, seed=3, months=12, burn_in=0).digest


def test_another_seed_and_another_replication_give_other_figures():
    one = some_cases(1)

    assert run(one).digest != run(one, seed=4).digest
    assert run(one).digest != run(Cases(one.levers, one.params, one.replications + 1)).digest


def test_every_figure_is_a_number():
    found = run(some_cases())

    groups = (found.values, found.by_community, found.by_stratum, found.by_street, found.by_kind)
    assert all(np.isfinite(figures).all() for group in groups for figures in group.values())


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_uses_only_what_every_machine_rounds_alike(name):
    allowed = {"sqrt", "minimum", "maximum", "floor"}
    path = Path(zhagen.lab.model.__file__).parent / f"{name}.py"

    tree = ast.parse(path.read_text(encoding="utf-8"))

    of_numpy = {
        each.attr for each in ast.walk(tree)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "np"
    }  # fmt: skip
    assert of_numpy <= allowed
    operators = {type(each.op) for each in ast.walk(tree) if isinstance(each, ast.BinOp | ast.AugAssign)}
    assert operators <= {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr}
    branches = [
        each for each in ast.walk(tree) if isinstance(each, ast.If | ast.While | ast.IfExp | ast.BoolOp)
    ]
    assert [ast.unparse(each) for each in branches] in ([], ["1.0 if s == 0 else 0.0"])


def test_no_need_is_lost_and_none_is_made():
    before = None
    for block in watch(some_cases(), SMALL, seed=3, months=40):
        state = block.state
        open_need = state[:, f.STOCK : f.STOCK + f.CLASSES].sum(axis=1)
        if before is not None:
            new, closed = (state[:, place : place + f.CLASSES].sum(axis=1) for place in (f.NEW, f.CLOSED))
            assert (
                np.abs(
                    before + new - closed - state[:, f.LAPSED : f.LAPSED + f.CLASSES].sum(axis=1) - open_need
                ).max()
                < 1e-12
            )
        assert open_need.min() >= 0
        before = open_need


def test_every_yuan_is_paid_withheld_or_left():
    months = 40

    found = run(some_cases(), months=months).values

    whole = found["paid"] + found["withheld"] + found["unspent"]
    assert np.abs(whole - months / 12).max() < 1e-12
