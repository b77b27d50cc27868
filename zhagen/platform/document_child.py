"""Check and fill one Word template; runs in a limited child.

Before a template is rendered, its syntax tree is held against a list of allowed steps: show a field, repeat
over a list, choose by a field, and four filters. Attributes of objects, calls, arithmetic, macros and
includes are not on it, so a template can reach nothing but the data it is given.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from zhagen.core.errors import RuleError
from zhagen.core.money import capital_yuan, format_yuan
from zhagen.platform.tables import printable
from zhagen.platform.uploads import check_office

ROOM_TO_WRITE = "＿＿＿＿"
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.For,
    nodes.If, nodes.Const, nodes.Filter, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr,
)  # fmt: skip
_LOOP_PARTS = {"index", "index0", "first", "last", "length"}


def day(value: object) -> str:
    """Return an ISO day as papers write it; anything else as it is.

    >>> day("2026-03-05")
    '2026年3月5日'
    """
    try:
        found = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return _told(value)
    return f"{found.year}年{found.month}月{found.day}日"


def _told(value: object) -> str:
    return ROOM_TO_WRITE if value is None else str(value)


FILTERS = {
    "yuan": lambda fen: format_yuan(fen) if isinstance(fen, int) else _told(fen),
    "capital": lambda fen: capital_yuan(fen) if isinstance(fen, int) else _told(fen),
    "day": day,
    "percent": lambda points: f"{points / 100:g}%" if isinstance(points, int) else _told(points),
}


class DataOnly(SandboxedEnvironment):
    """An environment in which a name or an attribute is a key of the data, and nothing can be called."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a key of a mapping, or a number of the loop."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a key of a mapping, or a number of the loop."""
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if type(obj).__name__ == "LoopContext" and argument in _LOOP_PARTS:
            return getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:
        """Refuse every call."""
        return False


def _environment() -> Environment:
    environment = DataOnly(undefined=StrictUndefined, autoescape=True, finalize=_finalize)
    environment.filters = dict(FILTERS)  # type: ignore[assignment]
    environment.globals.clear()
    environment.tests.clear()
    return environment


def _finalize(value: Any) -> Any:
    if value is None or value == "":
        return ROOM_TO_WRITE
    return printable(value) if isinstance(value, str) else value


def fill_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fill a template that passes the check; runs in the child."""
    from docxtpl import DocxTemplate
    from jinja2 import UndefinedError

    errors = check_in_child(source, target, arguments)["errors"]
    if errors:
        code, figures = errors[0]
        raise RuleError(code, **figures)
    paper = DocxTemplate(source)
    try:
        paper.render(dict(arguments["data"]), _environment(), autoescape=True)
    except UndefinedError as error:
        raise RuleError("document.unknown_field", field=str(error)[:120], line="") from None
    paper.save(target)
    return {}


def check_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is wrong with a template as pairs of code and figures; runs in the child."""
    check_office(source, "docx")
    errors: list[tuple[str, dict[str, Any]]] = []
    for part in _template_texts(source):
        try:
            tree = _environment().parse(part)
        except TemplateSyntaxError as error:
            errors.append(("document.bad_syntax", {"reason": str(error.message)[:120]}))
            continue
        errors += _tree_errors(tree, arguments["fields"])
    unique = {f"{code}{sorted(figures.items())}": (code, figures) for code, figures in errors}
    return {"errors": list(unique.values())}


def _template_texts(source: Path) -> Iterator[str]:
    """Yield the template text of each part that docxtpl renders, as docxtpl itself joins its pieces."""
    from docxtpl import DocxTemplate

    paper = DocxTemplate(source)
    try:
        paper.init_docx()
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RuleError("upload.damaged", reason=str(error)[:120]) from None
    yield paper.patch_xml(paper.get_xml())
    for uri in (paper.HEADER_URI, paper.FOOTER_URI):
        for _, part in paper.get_headers_footers(uri):
            yield paper.patch_xml(paper.get_part_xml(part))


def _tree_errors(tree: nodes.Node, fields: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    errors: list[tuple[str, dict[str, Any]]] = []
    _walk(tree, {**fields}, errors)
    return errors


def _walk(node: nodes.Node, names: Mapping[str, Any], errors: list[tuple[str, dict[str, Any]]]) -> None:
    """Hold a node and what is below it against the allowed steps and the fields in reach."""
    if not isinstance(node, _ALLOWED):
        errors.append(("document.step_not_allowed", {"step": type(node).__name__.lower()}))
        return
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
        errors.append(("document.step_not_allowed", {"step": f"|{node.name}"}))
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        _resolve(node, names, errors)
        return
    if isinstance(node, nodes.For):
        _walk_loop(node, names, errors)
        return
    for child in node.iter_child_nodes():
        _walk(child, names, errors)


def _walk_loop(node: nodes.For, names: Mapping[str, Any], errors: list[tuple[str, dict[str, Any]]]) -> None:
    if not isinstance(node.target, nodes.Name) or node.recursive or node.test is not None:
        errors.append(("document.step_not_allowed", {"step": "for"}))
        return
    parts = _resolve(node.iter, names, errors)
    inner = {**names, node.target.name: parts or {}, "loop": {key: {} for key in _LOOP_PARTS}}
    for child in [*node.body, *node.else_]:
        _walk(child, inner, errors)


def _resolve(
    node: nodes.Node, names: Mapping[str, Any], errors: list[tuple[str, dict[str, Any]]]
) -> Mapping[str, Any] | None:
    """Return the fields inside what a name or path stands for; note an unknown one."""
    if isinstance(node, nodes.Name):
        inside, name = names, node.name
    elif isinstance(node, nodes.Getattr):
        inside, name = _resolve(node.node, names, errors), node.attr
    else:
        errors.append(("document.step_not_allowed", {"step": type(node).__name__.lower()}))
        return None
    if inside is None:
        return None
    if name not in inside:
        errors.append(("document.unknown_field", {"field": name, "known": "、".join(sorted(inside))[:300]}))
        return None
    found: Mapping[str, Any] = inside[name]
    return found
