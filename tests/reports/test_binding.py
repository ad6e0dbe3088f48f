"""Words bound to figures: what a person sees and types comes back as it was bound, whatever stands around it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.document import Run, words_in
from reports.half_year.placeholders import as_template, names_in, parse, runs_of, show, typed_by_hand, unknown

FIGURES = {
    "E06.actual": "634.29万元",
    "E06.annual_share": "52.9%",
    "R04.actual": "100%",
    "R05.actual": "100%",
    "R05.annual_share": "100%",
    "R05": "100%",
    "ODD": "a〖b|c〗d",
    "EMPTY": "",
}


def test_a_figure_is_shown_between_brackets_and_comes_back_bound():
    template = "投入累计完成{{E06.actual}}，占{{E06.annual_share}}。"
    seen = show(template, FIGURES)
    assert seen == "投入累计完成〖634.29万元〗，占〖52.9%〗。"
    assert parse(f"今年{seen}", template, FIGURES) == f"今年{template}"


def test_two_figures_that_read_the_same_are_told_apart_by_their_indicators():
    template = "医保{{R04.actual}}，养老{{R05.actual}}"
    seen = show(template, FIGURES)
    assert seen == "医保〖100%|R04〗，养老〖100%|R05〗"
    # Clauses may change places: each figure goes with its own.
    assert parse("养老〖100%|R05〗，医保〖100%|R04〗", template, FIGURES) == "养老{{R05.actual}}，医保{{R04.actual}}"


def test_two_figures_of_one_indicator_that_read_the_same_keep_their_names():
    figures = {"R04.actual": "100%", "R04.annual_share": "100%"}
    template = "医保{{R04.actual}}，占{{R04.annual_share}}"
    seen = show(template, figures)
    assert seen == "医保〖100%|R04.actual〗，占〖100%|R04.annual_share〗"
    assert parse(seen, template, figures) == template


def test_a_figure_may_stand_twice():
    template = "{{E06.actual}}即{{E06.actual}}"
    assert show(template, FIGURES) == "〖634.29万元〗即〖634.29万元〗"
    assert parse("〖634.29万元〗", template, FIGURES) == "{{E06.actual}}"


def test_a_figure_that_was_typed_over_follows_nothing_and_says_so():
    generated = "投入累计完成{{E06.actual}}。"
    bracketed = parse("投入累计完成〖640万元〗。", generated, FIGURES)
    assert typed_by_hand(bracketed, generated) == ("640万元",)
    assert "".join(run.text for run in runs_of(bracketed, FIGURES)) == "投入累计完成640万元。"
    bare = parse("投入累计完成640万元。", generated, FIGURES)
    assert typed_by_hand(bare, generated) == ("640",)
    assert typed_by_hand(generated, generated) == ()


def test_numbers_of_the_generated_words_are_no_figures_typed_by_hand():
    generated = "2023年上半年，完成{{E06.actual}}。"
    assert typed_by_hand("2023年1至6月，完成{{E06.actual}}。", generated) == ("1", "6")
    # A person's own paragraph has numbers of its own.
    assert typed_by_hand("5月20日召开会议。", None) == ()
    assert typed_by_hand("完成〖12个〗。", None) == ("12个",)


def test_a_name_between_braces_binds():
    assert parse("完成{{ E06.actual }}") == "完成{{E06.actual}}"
    assert parse("完成〖随便|E06.actual〗") == "完成{{E06.actual}}"


def test_a_figure_that_is_gone_keeps_its_place():
    template = "完成{{GONE.actual}}"
    assert unknown(template, FIGURES) == ("GONE.actual",)
    assert show(template, FIGURES) == "完成〖？|GONE.actual〗"
    assert parse(show(template, FIGURES), template, FIGURES) == template
    with pytest.raises(KeyError):
        runs_of(template, FIGURES)


def test_brackets_of_document_numbers_are_free():
    assert parse("崇政发〔2023〕8号", "{{Y}}", {"Y": "2023"}) == "崇政发〔2023〕8号"


def test_a_generated_text_takes_no_binding_from_what_others_typed():
    assert as_template((Run("原因：{{E06.actual}}〖5〗"), Run("5", "A.actual"))) == (
        "原因：｛｛E06.actual｝｝【5】{{A.actual}}"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "{{}}",
        "{{{}}}",
        "{{ }}",
        "{{a|b}}",
        "{{a\nb}}",
        "〖〗",
        "〖|〗",
        "〖|a〗",
        "〖〖a〗〗",
        "{{" + "x" * 500 + "}}",
        "〖a",
    ],
)
def test_what_is_no_placeholder_stays_words(typed):
    stored = parse(typed)
    assert parse(show(stored, FIGURES), stored, FIGURES) == stored
    assert len(names_in(stored)) <= 1


SPECIAL = st.sampled_from(
    [
        *(f"{{{{{name}}}}}" for name in FIGURES),
        *(f"〖{text}〗" for text in FIGURES.values()),
        *(f"〖{text}|{name}〗" for name, text in FIGURES.items()),
        "{{", "}}", "〖", "〗", "|", "{", "}", "\n", " ", "？", "E06.actual", "634.29万元", "{{GONE}}", "〖？|GONE〗",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(SPECIAL, st.text(max_size=8)), max_size=14).map("".join)


@given(TEXTS)
@example("〖634.29万元〗{{E06.actual}}")
@example("〖{{E06.actual}}|R04.actual〗")
@example("{{E06.〖？|R04.actual〗}}")
def test_any_text_survives_being_shown_and_coming_back(typed):
    stored = parse(typed)
    seen = show(stored, FIGURES)
    assert parse(seen, stored, FIGURES) == stored
    # And once more: what was shown of what came back reads the same.
    assert show(parse(seen, stored, FIGURES), FIGURES) == seen


@given(TEXTS, st.dictionaries(st.sampled_from([*FIGURES, "GONE"]), st.text(max_size=6)))
def test_a_text_keeps_its_bindings_whatever_the_figures_have_become(typed, figures):
    stored = parse(typed)
    assert names_in(parse(show(stored, figures), stored, figures)) == names_in(stored)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("目标任务", 4),
        ("完成634.29万元，占52.9%。", 9),  # 完成 634.29 万元 ， 占 52.9% 。 = 2+1+2+1+1+1+1
        ("Word counts three", 3),
        ("2023年6月30日", 6),
        ("一、上半年", 5),
        ("（一）经济　发展", 7),
        ("“两癌”——检查", 8),
    ],
)
def test_length_is_counted_as_word_counts_it(text, count):
    assert words_in(text) == count
