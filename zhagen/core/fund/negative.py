"""The negative list: three tests that a proposal must pass, each answered with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one test.

    Args:
        passes: Whether the fund may pay it as far as this test goes.
        reason: Why, in words.
        item: The item of the list that it falls under; only where it does not pass, "" if none is named.
    """

    passes: bool
    reason: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class ListFinding:
    """What the negative list says of a proposal.

    Args:
        passes: Whether it passes all tests.
        failed: The tests that it fails, in the rulebook's order.
        version: The list that it was held against.
    """

    passes: bool
    failed: tuple[str, ...]
    version: str


def list_tests(rules: Rules) -> tuple[str, ...]:
    """Return the codes of the tests in their order."""
    return rules.texts("fund.negative_tests")


def items_of(test: str, rules: Rules) -> tuple[str, ...]:
    """Return the items of the list that fall under a test."""
    return rules.texts(f"fund.{test}.negative_items")


def list_version(rules: Rules) -> str:
    """Return what names the list in force: its source and first day."""
    found = rules.value("fund.negative_tests")
    return f"{found.layer} {found.since.isoformat()}"


def check_negative_list(answers: Mapping[str, Answer], rules: Rules) -> ListFinding:
    """Return the finding; every test must be answered, each with a reason.

    Raises:
        RuleError: "proposal.test_unanswered", "proposal.test_unknown", "proposal.test_reason_missing",
            "proposal.item_not_of_test", "proposal.item_but_passes".
    """
    tests = list_tests(rules)
    for unknown in sorted(set(answers) - set(tests)):
        raise RuleError("proposal.test_unknown", test=unknown)
    for test in tests:
        if test not in answers:
            raise RuleError("proposal.test_unanswered", test=test)
        _check_answer(test, answers[test], rules)
    failed = tuple(test for test in tests if not answers[test].passes)
    return ListFinding(not failed, failed, list_version(rules))


def _check_answer(test: str, answer: Answer, rules: Rules) -> None:
    if not answer.reason.strip():
        raise RuleError("proposal.test_reason_missing", test=test)
    if not answer.item:
        return
    if answer.item not in items_of(test, rules):
        raise RuleError("proposal.item_not_of_test", item=answer.item, test=test)
    if answer.passes:
        raise RuleError("proposal.item_but_passes", item=answer.item)
