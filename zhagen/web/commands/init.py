"""Set up a real office: its street and the invitation of its first operator."""

import argparse

from zhagen.core.errors import RuleError
from zhagen.web.commands import prepare
from zhagen.web.commands.words import tell, words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what the office says of itself; what is missing is asked."""
    parser.add_argument("--street-code", default="", help="990101001000")
    parser.add_argument("--street-name", default="", help="青禾街道")
    parser.add_argument("--operator", default="", help="罗小维")
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="http://127.0.0.1:8000")


def run(options: argparse.Namespace) -> int:
    """Make the office and print the one-use link of its operator."""
    prepare.prepare()
    from django.urls import reverse

    from zhagen.audit.roots import current_key, key_file
    from zhagen.parties.actions.office import OfficeDraft, has_office, set_up_office
    from zhagen.platform.clock import now

    if has_office():
        raise RuleError("office.exists")
    draft = OfficeDraft(
        code=options.street_code or _ask("init.ask_code"),
        name=options.street_name or _ask("init.ask_name"),
        operator=options.operator or _ask("init.ask_operator"),
    )
    _, token = set_up_office(draft, now=now())
    tell("init.done", name=draft.name, operator=draft.operator)
    print(options.address.rstrip("/") + reverse("invitation_accept", args=[token]))
    tell("init.log_key", file=key_file(), public=current_key())
    tell("init.next")
    return 0


def _ask(code: str) -> str:
    try:
        return input(words(RuleError(code))).strip()
    except EOFError:
        raise RuleError("init.needs_flags") from None
