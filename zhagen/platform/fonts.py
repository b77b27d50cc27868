"""The Chinese font for papers: the operator's own, else the system's, else the installed package's."""

import functools
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from zhagen.core.errors import RuleError

FONT_FOLDER_VARIABLE = "ZHAGEN_FONT_DIR"
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
FAMILY = "Noto Sans CJK SC"
_FONT_SUFFIXES = {".ttf", ".otf", ".ttc"}


@dataclass(frozen=True, slots=True)
class ChineseFont:
    """Where a Chinese font lies and what family the papers ask for."""

    folders: tuple[Path, ...]
    family: str


@functools.cache
def chinese_font() -> ChineseFont:
    """Return the font by the search order: the folder in ZHAGEN_FONT_DIR, the system, the package.

    Raises:
        RuleError: "document.no_chinese_font".
    """
    own = os.environ.get(FONT_FOLDER_VARIABLE)
    if own and any(path.suffix.lower() in _FONT_SUFFIXES for path in Path(own).rglob("*")):
        return ChineseFont((Path(own),), os.environ.get("ZHAGEN_FONT_FAMILY", FAMILY))
    for folder in SYSTEM_FOLDERS:
        found = sorted(folder.rglob("NotoSansCJK*-Regular.*"))
        if found:
            return ChineseFont((found[0].parent,), FAMILY)
    package = importlib.util.find_spec("manimgx_fonts_cjk")
    if package is not None and package.origin:
        return ChineseFont((Path(package.origin).parent,), FAMILY)
    raise RuleError("document.no_chinese_font", variable=FONT_FOLDER_VARIABLE)
