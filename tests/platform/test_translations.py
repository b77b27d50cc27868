"""Every phrase of every page has its English; a missing one is named with its file."""

import pytest
from django.utils.translation import gettext, override

from zhagen.platform.phrases import missing, python_phrases, snippet, template_phrases, unused
from zhagen.platform.translations import compile_if_stale, part_files, read_parts

PART = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "需求"\nmsgstr "{english}"\n'
)


def test_every_phrase_of_the_pages_has_its_english():
    lacking = [f"{each.file}:{each.line} {each.message_id!r} → {each.part}" for each in missing()]

    assert not lacking, "no English yet (make messages):\n" + "\n".join(lacking)


def test_no_part_translates_what_no_page_says_any_more():
    left_over = [f"{file.name}: {key}" for key, file in unused()]

    assert not left_over, "\n".join(left_over)


def test_a_template_phrase_without_english_is_found_with_its_line():
    text = '{% load i18n %}\n<p>{% translate "从未翻译过的话" %}</p>{{ x|default:_("又一句") }}'

    found = list(template_phrases(text, "procurement/templates/procurement/need/x.html"))

    assert [(each.message_id, each.line) for each in found] == [("从未翻译过的话", 2), ("又一句", 2)]
    assert found[0].part == "zhagen/procurement/locale/en/LC_MESSAGES/need.po"
    assert snippet(found[0]).endswith('msgid "从未翻译过的话"\nmsgstr ""')


def test_plural_and_lazy_phrases_of_python_are_found():
    text = 'from x import gettext_lazy as _\nX = _("一")\nY = ngettext("%d 条", "%d 条们", 2)'

    assert [each.message_id for each in python_phrases(text, "a/views/b.py")] == ["一", ("%d 条", "%d 条们")]


def test_a_phrase_is_found_under_whatever_name_its_function_is_imported():
    text = 'from django.utils.translation import gettext as now_\nX = now_("一") + other("二")'

    assert [each.message_id for each in python_phrases(text, "a/views/b.py")] == ["一"]


def make_part(package, english, name="need"):
    part = package / "procurement" / "locale" / "en" / "LC_MESSAGES" / f"{name}.po"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(PART.format(english=english), "utf-8")


def test_the_catalogue_is_made_anew_only_when_a_part_changed(tmp_path):
    package, target = tmp_path / "zhagen", tmp_path / "locale"
    make_part(package, "Need")

    made = [compile_if_stale(target, package) for _ in range(2)]
    make_part(package, "Needs")

    assert [*made, compile_if_stale(target, package)] == [True, False, True]
    assert b"Needs" in (target / "en" / "LC_MESSAGES" / "django.mo").read_bytes()


def test_two_parts_that_translate_the_same_words_differently_are_refused(tmp_path):
    package = tmp_path / "zhagen"
    make_part(package, "Need")
    make_part(package, "Want", name="plan")

    with pytest.raises(ValueError, match=r"need\.po and .*plan\.po"):
        read_parts(part_files(package))


def test_a_clash_of_two_parts_does_not_keep_the_product_from_starting(tmp_path):
    package = tmp_path / "zhagen"
    make_part(package, "Need")
    make_part(package, "Want", name="plan")

    assert compile_if_stale(tmp_path / "locale", package)


def test_an_english_page_speaks_english():
    with override("en"):
        assert gettext("工作台") == "Desk"
