"""PDF papers set by typst from a template and plain data, in a child whose memory ends with it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.fonts import chinese_font

PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
LIMITS = Limits(wall_seconds=60, memory_bytes=4096 * MEBIBYTE)


def pdf_from_typst(template_name: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that a typst template makes of plain data.

    Args:
        template_name: "app/name" for `zhagen/<app>/documents/<name>.typ`.
        data: What JSON can carry; the template reads it by `json(bytes(sys.inputs.data))`.

    Raises:
        RuleError: "document.no_such_template", "document.no_chinese_font", or a code of the child.
    """
    app, _, name = template_name.partition("/")
    path = PACKAGE_FOLDER / app / "documents" / f"{name}.typ"
    if not path.is_file() or not path.is_relative_to(PACKAGE_FOLDER):
        raise RuleError("document.no_such_template", name=template_name)
    font = chinese_font()
    arguments = {
        "template": str(path),
        "root": str(PACKAGE_FOLDER),
        "font_folders": [str(folder) for folder in font.folders],
        "family": font.family,
    }
    source = json.dumps(dict(data), ensure_ascii=False).encode()
    return run_limited("zhagen.platform.pdf:compile_in_child", source, arguments, LIMITS).target


def compile_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Set one paper; runs in the child."""
    import typst

    typst.compile(
        arguments["template"],
        output=str(target),
        format="pdf",
        root=arguments["root"],
        font_paths=arguments["font_folders"],
        ignore_system_fonts=True,
        sys_inputs={"data": source.read_text("utf-8"), "family": arguments["family"]},
    )
    return {}
