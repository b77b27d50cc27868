"""The layers hold, and what holds them is seen to catch a planted breach."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "zhagen"
ORDER = ("platform", "audit", "parties", "community", "procurement", "delivery", "integrity", "policy", "web")
MAX_LINES, MAX_FUNCTION, MAX_PARAMETERS = 400, 40, 8


def contracts(folder):
    """Check the import contracts of a checkout; return the exit code and what was said."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    done = subprocess.run(  # noqa: PLW1510 - a breach is an answer
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(
        PACKAGE, folder / "zhagen", ignore=shutil.ignore_patterns("__pycache__", "static", "*.docx", "*.po")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


BREACHES = {
    "lower reads higher": ("zhagen/procurement/planted.py", "import zhagen.delivery.models\n", "Lower never reads higher"),
    "core imports Django": ("zhagen/core/planted.py", "import django\n", "import no Django"),
    "a model calls an action": (
        "zhagen/procurement/models/planted.py", "import zhagen.procurement.actions.need\n", "Inside an app",
    ),
    "a package that no layer names": ("zhagen/planted/__init__.py", "", "exhaustive"),
}  # fmt: skip


def test_the_import_contracts_hold(copy):
    code, said = contracts(copy)

    assert code == 0, said


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_a_planted_breach_of_the_layers_is_caught(copy, name):
    path, text, contract = BREACHES[name]
    planted = copy / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(text)
    try:
        code, said = contracts(copy)
    finally:
        planted.unlink()
        if planted.name == "__init__.py":
            planted.parent.rmdir()

    assert code != 0
    assert contract in said or "planted" in said, said


def test_a_planted_cycle_inside_core_is_caught(copy):
    one, two = copy / "zhagen/core/planted_one.py", copy / "zhagen/core/planted_two.py"
    one.write_text("import zhagen.core.planted_two\n")
    two.write_text("import zhagen.core.planted_one\n")
    try:
        code, said = contracts(copy)
    finally:
        one.unlink()
        two.unlink()

    assert code != 0
    assert "No cycles inside core" in said


def layer_of(model):
    return ORDER.index(model.__module__.split(".")[1])


def test_foreign_keys_obey_the_order_of_the_layers():
    ours = [model for model in apps.get_models() if model.__module__.startswith("zhagen.")]
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in ours
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and field.concrete
        and field.related_model in ours
        and layer_of(field.related_model) > layer_of(model)
    ]

    assert len(ours) > 30
    assert not upward


def modules():
    return [file for file in sorted(PACKAGE.rglob("*.py")) if "migrations" not in file.parts]


def test_modules_stay_under_400_lines():
    long = {
        str(file.relative_to(ROOT)): n
        for file in modules()
        if (n := len(file.read_text("utf-8").splitlines())) > MAX_LINES
    }

    assert not long


def test_functions_stay_under_40_lines():
    long = []
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno - body[0].lineno + 1) if body else 0
                if lines > MAX_FUNCTION:
                    long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")

    assert not long


def test_no_signal_no_save_override_no_todo():
    found = []
    for file in modules():
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        found += [f"{file}: {word}" for word in ("TODO", "FIXME", "post_save", "pre_save") if word in text]
        found += [
            f"{file}:{node.lineno} save()"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name == "save" and file.parent.name == "models"
        ]

    assert not found


def test_templates_hold_no_inline_script_and_no_inline_style():
    found = []
    for file in sorted(PACKAGE.rglob("*.html")):
        text = file.read_text("utf-8")
        found += [
            f"{file}: {sign}"
            for sign in (" style=", "<style", " onclick=", " onchange=", "javascript:")
            if sign in text
        ]
        found += [f"{file}: <script> without src"] if "<script>" in text else []

    assert not found


def test_every_post_form_carries_a_token_and_those_that_change_business_a_once_key():
    bare = []
    for file in sorted(PACKAGE.rglob("*.html")):
        for form in file.read_text("utf-8").split('method="post"')[1:]:
            if "{% csrf_token %}" not in form.split("</form>")[0]:
                bare.append(str(file.relative_to(ROOT)))

    assert not bare
