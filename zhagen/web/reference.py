"""Write the generated pages of docs/reference from the code: `python -m zhagen.web.reference docs/reference`."""

import os
import re
import sys
from importlib import import_module
from pathlib import Path

from zhagen.lab.facts.pages import facts_page, odd_page
from zhagen.platform.texts import catalogue
from zhagen.web import reference_tables
from zhagen.web.manage import COMMANDS, parser_of

PACKAGE = Path(__file__).resolve().parents[1]
SETTINGS = {
    "ZHAGEN_HOME": "data home: database, evidence, keys, own templates (default `var/`)",
    "ZHAGEN_DATABASE_URL": "postgresql://… instead of SQLite in the data home",
    "ZHAGEN_HOSTS": "names and addresses under which the site is reached, with commas",
    "ZHAGEN_ORIGINS": "https:// origins behind a proxy; they switch secure cookies and HSTS on",
    "ZHAGEN_CLIENT_ADDRESS_HEADER": "header in which your proxy names the caller, as X-Real-IP (default: none)",
    "ZHAGEN_LANGUAGE": "language of the terminal, zh or en (default: the locale's, else both)",
    "ZHAGEN_LOG_LEVEL": "how much is logged (default WARNING)",
    "ZHAGEN_DEBUG": "1 for engineers only: error pages with source",
    "ZHAGEN_EMAIL_BACKEND": "Django mail backend (default: files in the data home's `outbox/`)",
    "ZHAGEN_EMAIL_HOST": "mail server",
    "ZHAGEN_EMAIL_PORT": "its port (default 25)",
    "ZHAGEN_EMAIL_USER": "account there",
    "ZHAGEN_EMAIL_PASSWORD": "password there",
    "ZHAGEN_EMAIL_TLS": "1 for STARTTLS",
    "ZHAGEN_EMAIL_FROM": "sender's address",
    "ZHAGEN_FONT_DIR": "folder of a Chinese font of your own, for papers",
    "ZHAGEN_FONT_FAMILY": "family of the Chinese font in papers (default: the system's Noto Sans CJK SC, else the packaged one)",
    "ZHAGEN_ROOTS": "folder outside the host, such as a USB stick or a share, into which signed roots of the log are dropped",
    "HOST": "address that `zhagen serve` listens on (default 127.0.0.1)",
    "PORT": "port that `zhagen serve` listens on (default 8000)",
}
_READ = re.compile(r'environ(?:\.get\(|\[)\s*"((?:ZHAGEN_[A-Z_]+)|HOST|PORT)"')


def settings_in_code() -> set[str]:
    """Return the names of every environment variable that the product reads."""
    return {name for path in PACKAGE.rglob("*.py") for name in _READ.findall(path.read_text("utf-8"))}


def commands_page() -> str:
    """Return the page of commands."""
    os.environ["ZHAGEN_LANGUAGE"] = "en"
    lines = ["# Commands", "", "Written by `make docs` from the code.", ""]
    for word in COMMANDS:
        parser = parser_of(word)
        lines += [f"## zhagen {word}", "", catalogue()[f"command.{word}"]["zh"] + "。", ""]
        lines += [
            catalogue()[f"command.{word}"]["en"] + ".",
            "",
            "```",
            parser.format_usage().strip(),
            "```",
            "",
        ]
        lines += [str(import_module(f"zhagen.web.commands.{word}").__doc__).strip(), ""]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """Return the page of settings."""
    lines = ["# Settings", "", "Environment variables; written by `make docs` from the code.", ""]
    lines += ["| name | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in SETTINGS.items()]
    return "\n".join(lines) + "\n"


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "lab-odd.md": odd_page,
    "lab-facts.md": facts_page,
    **reference_tables.PAGES,
}


def main(folder: str) -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (Path(folder) / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
