"""Policies: what is allowed, reviewed and denied, and how a report shows it."""

import io
import json
import tomllib
from dataclasses import replace
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from test_cli import SCHEMA

from classifier.datamodels import Clause, Document, LabelScore, Nearest, TaggedClause
from classifier.pipeline import Classifier
from classifier.policy import apply_policy, expired_notices, parse_policy
from classifier.policy.values import matches_path
from classifier.render import render
from classifier.render.json import render_json
from classifier.render.text import print_report

TODAY = date(2026, 6, 15)
CLAUSE = Clause("words", 0, 5, "words")


def policy_of(text, **options):
    return parse_policy(tomllib.loads(text), **options)


@pytest.fixture
def report(keyword_tagger, mini_license):
    return Classifier(keyword_tagger, known=lambda: None).predict(Document(mini_license, "MINI"))


def tagged(*labels, doubts=()):
    """Return a clause; what is among the doubts only is no label."""
    found = tuple(LabelScore(label, score) for label, score in labels)
    return TaggedClause(CLAUSE, found, tuple(LabelScore(label, score) for label, score in doubts))


@pytest.fixture
def saying(report):
    """Return a report whose clauses carry the given labels."""
    return lambda *clauses: replace(report, clauses=clauses, verdict="no-deviation-found")


def nearest(id_="MIT", similarity=1.0):
    return Nearest(id_, id_.lower(), id_, similarity, (), (), ())


def answer(text, report):
    return apply_policy(policy_of(text), report, today=TODAY)


# What the lists say


@pytest.mark.parametrize(
    ("policy", "verdict", "rule"),
    [
        ('allow = ["permission.*"]', "allowed", None),
        ('allow = ["permission.use"]', "allowed", None),
        ('review = ["permission.use"]\nallow = ["permission.*"]', "review", "review"),
        ('deny = ["*.use"]\nreview = ["permission.*"]\nallow = ["permission.use"]', "denied", "deny"),
        ("", "review", "default"),
        ('default = "denied"', "denied", "default"),
        ('default = "allowed"', "allowed", None),
        ('allow = ["PERMISSION.Use"]', "allowed", None),
    ],
)
def test_denial_goes_before_review_before_permission_before_the_default(saying, policy, verdict, rule):
    found = answer(policy, saying(tagged(("permission.use", 0.9))))
    assert found.verdict == verdict
    assert [reason.rule for reason in found.reasons] == ([rule] if rule else [])


def test_a_reason_names_rule_entry_label_and_clauses(saying):
    found = answer(
        'deny = ["use.*"]',
        saying(tagged(("use.military", 0.9)), tagged(("general.other", 1.0)), tagged(("use.military", 0.8))),
    )
    (reason,) = found.reasons
    assert (reason.decision, reason.rule, reason.entry) == ("denied", "deny", "use.*")
    assert (reason.subject, reason.clauses, reason.sure) == ("use.military", (0, 2), True)


def test_the_gravest_reason_comes_first_and_decides(report):
    found = answer('deny = ["restriction.*"]\nallow = ["permission.*"]', report)
    assert found.verdict == "denied"
    assert [reason.decision for reason in found.reasons] == ["denied", "review", "review"]


def test_a_clause_that_does_nothing_needs_no_permission(saying):
    assert answer("", saying(tagged(("general.other", 1.0)))).verdict == "allowed"
    assert answer('deny = ["general.other"]', saying(tagged(("general.other", 1.0)))).verdict == "denied"


@pytest.mark.parametrize(("policy", "verdict"), [('deny = ["use.*"]', "review"), ('default = "denied"', "review")])
def test_an_unsure_label_leads_to_review_at_most(saying, policy, verdict):
    found = answer(policy, saying(tagged(("general.other", 1.0), doubts=[("use.military", 0.3)])))
    assert found.verdict == verdict
    assert not found.reasons[0].sure


@pytest.mark.parametrize(("as_label", "verdict"), [(False, "allowed"), (True, "review")])
def test_a_faint_doubt_counts_only_where_it_is_the_label_given(saying, as_label, verdict):
    doubt = ("use.military", 0.2)
    clause = tagged(doubt, doubts=[doubt]) if as_label else tagged(("general.other", 1.0), doubts=[doubt])
    assert answer("", saying(clause)).verdict == verdict


def test_a_doubt_adds_nothing_to_a_label_that_another_clause_surely_carries(saying):
    sure, unsure = tagged(("use.military", 0.9)), tagged(("general.other", 1.0), doubts=[("use.military", 0.3)])
    (reason,) = answer('deny = ["use.*"]', saying(unsure, sure)).reasons
    assert (reason.sure, reason.clauses) == (True, (1,))


@pytest.mark.parametrize(
    ("thresholds", "verdict"),
    [
        ('"use.*" = 0.7', "allowed"),
        ('"use.*" = 0.6', "denied"),
        ('"use.*" = 0.7\n"use.military" = 0.1', "denied"),
        ('"*" = 0.1\n"use.*" = 0.7', "allowed"),
        ('"restriction.*" = 0.7', "denied"),
    ],
)
def test_a_label_under_its_own_threshold_does_not_count(saying, thresholds, verdict):
    policy = f'deny = ["use.*"]\n[thresholds]\n{thresholds}'
    assert answer(policy, saying(tagged(("use.military", 0.6)))).verdict == verdict


def test_a_low_threshold_brings_no_label_into_being(saying):
    doubt = tagged(("general.other", 1.0), doubts=[("use.military", 0.1)])
    assert answer('deny = ["use.*"]\n[thresholds]\n"use.*" = 0.0', saying(doubt)).verdict == "allowed"


# Known texts


@pytest.mark.parametrize("id_", ["MIT", "mit", "M*"])
def test_an_allowed_id_allows_the_text_word_for_word(saying, id_):
    text = replace(saying(tagged(("condition.same-license", 0.9), doubts=[("use.other", 0.3)])), nearest=nearest())
    found = answer(f'allow = ["{id_}"]\ndefault = "denied"', text)
    assert (found.verdict, found.reasons[0].rule, found.reasons[0].subject) == ("allowed", "allow", "MIT")
    changed = replace(text, nearest=nearest(similarity=0.99))
    assert answer(f'allow = ["{id_}"]\ndefault = "denied"', changed).verdict == "denied"


@pytest.mark.parametrize(("rule", "verdict"), [("deny", "denied"), ("review", "review")])
def test_a_label_that_the_policy_names_counts_in_an_allowed_text_too(saying, rule, verdict):
    text = replace(saying(tagged(("use.military", 0.9))), nearest=nearest())
    assert answer(f'allow = ["MIT"]\n{rule} = ["use.*"]', text).verdict == verdict


def test_a_denied_id_denies_and_a_text_made_from_it_is_reviewed(saying):
    policy = 'default = "allowed"\ndeny = ["LicenseRef-scancode-*"]'
    same = replace(saying(), nearest=nearest("LicenseRef-scancode-acme"))
    changed = replace(saying(), nearest=nearest("LicenseRef-scancode-acme", 0.9))
    assert answer(policy, same).verdict == "denied"
    found = answer(policy, changed)
    assert (found.verdict, found.reasons[0].rule) == ("review", "changed")


def test_a_star_means_every_label_and_no_text(saying):
    text = replace(saying(tagged(("general.other", 1.0), doubts=[("use.other", 0.3)])), nearest=nearest())
    assert answer('allow = ["*"]\ndeny = ["use.*"]', text).verdict == "review"
    assert answer('deny = ["*"]', replace(saying(), nearest=nearest())).verdict == "allowed"


@pytest.mark.parametrize(("default", "verdict"), [("allowed", "review"), ("review", "review"), ("denied", "denied")])
@pytest.mark.parametrize("is_license", [True, False])
def test_a_text_that_is_not_understood_is_never_allowed(saying, default, verdict, is_license):
    text = saying(tagged(("general.other", 1.0)))
    source = replace(text.source, language="und")
    text = replace(text, source=source) if is_license else replace(text, verdict="not-a-license")
    found = answer(f'default = "{default}"', text)
    assert (found.verdict, found.reasons[0].rule) == (verdict, "unread")
    known = replace(text, nearest=nearest())
    assert answer(f'default = "{default}"\nallow = ["MIT"]', known).verdict == "allowed"


# Exceptions

EXCEPTION = 'deny = ["use.*", "MIT"]\n[[exceptions]]\nreason = "counsel agreed"\n'


@pytest.mark.parametrize(
    ("selectors", "verdict"),
    [
        ('path = "MINI"', "allowed"),
        ('path = "*"', "allowed"),
        ('path = "other"', "denied"),
        ('spdx = "mit"', "allowed"),
        ('spdx = "MIT*"', "allowed"),
        ('spdx = "Apache-2.0"', "denied"),
        (f'sha256 = "{"0" * 64}"', "denied"),
        ('path = "MINI"\nspdx = "Apache-2.0"', "denied"),
    ],
)
def test_an_exception_is_for_the_texts_that_all_its_selectors_fit(saying, selectors, verdict):
    text = replace(saying(tagged(("use.military", 0.9))), nearest=nearest())
    assert answer(f'{EXCEPTION}labels = ["*"]\n{selectors}', text).verdict == verdict


def test_an_exception_by_hash_is_for_that_very_text(report):
    policy = f'{EXCEPTION}labels = ["*"]\nsha256 = "{report.source.sha256.upper()}"'
    assert answer(policy, report).verdict == "allowed"


def test_an_exception_lifts_only_what_it_lists_and_says_why(saying):
    text = saying(tagged(("use.military", 0.9), ("use.other", 0.9)))
    found = answer(f'{EXCEPTION}labels = ["use.military"]\npath = "MINI"\nexpires = 2026-06-15', text)
    assert found.verdict == "denied"
    assert [(reason.subject, reason.rule) for reason in found.reasons] == [
        ("use.other", "deny"),
        ("use.military", "exception"),
    ]
    assert found.reasons[1].note == "counsel agreed (until 2026-06-15)"


def test_an_expired_exception_has_no_effect_and_is_named(saying):
    policy = policy_of(f'{EXCEPTION}labels = ["use.*"]\npath = "MINI"\nexpires = 2026-06-14')
    found = apply_policy(policy, saying(tagged(("use.military", 0.9))), today=TODAY)
    assert found.verdict == "denied"
    assert found.notices == tuple(expired_notices(policy, TODAY))
    assert "policy: exceptions[0]: expired after 2026-06-14" in found.notices[0]
    assert not list(expired_notices(policy, date(2026, 6, 14)))


def test_an_expired_exception_is_not_named_where_it_would_lift_nothing(saying):
    policy = f'{EXCEPTION}labels = ["restriction.*"]\npath = "MINI"\nexpires = 2026-06-14'
    assert answer(policy, saying(tagged(("use.military", 0.9)))).notices == ()


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("LICENSE", "LICENSE", True),
        ("LICENSE", "a/LICENSE", False),
        ("*/LICENSE", "a/LICENSE", True),
        ("*/LICENSE", "a/b/LICENSE", False),
        ("**/LICENSE", "LICENSE", True),
        ("**/LICENSE", "a/b/LICENSE", True),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "b/c", False),
        ("**/**/x*", "p/q/xyz", True),
        ("[x]/LICENSE", "[x]/LICENSE", True),
        ("[x]/LICENSE", "x/LICENSE", False),
        ("license", "LICENSE", False),
        ("**", "../outside", False),
    ],
)
def test_paths_are_globs_from_the_folder_of_the_policy(tmp_path, pattern, path, fits):
    assert matches_path(pattern, str(tmp_path / path), str(tmp_path)) is fits


@pytest.mark.parametrize("name", ["<stdin>", "<text>"])
def test_no_path_fits_a_pasted_text(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert not any(matches_path(pattern, name, str(tmp_path)) for pattern in ("*", "**", name))


@given(st.lists(st.sampled_from(["**", "*", "a", "b"]), min_size=1, max_size=30), st.integers(0, 60))
def test_many_stars_stay_cheap(pattern, depth):
    matches_path("/".join(pattern), "/root/" + "/".join(["a"] * depth), "/root")


# In reports


@pytest.fixture
def judged(report):
    policy = f'{EXCEPTION}labels = ["limitation.*"]\npath = "MINI"'.replace("use.*", "restriction.*")
    return replace(report, policy=answer(policy, report))


def test_the_policy_stands_below_the_report(judged):
    out = io.StringIO()
    print_report(judged, Console(file=out, width=100))
    block = out.getvalue().split("Uses barred")[1]
    assert "Policy (policy): denied" in block
    assert "denied  `deny` names restriction.*\n    Non-commercial only  restriction.non-commercial  clause 6" in block
    assert "review  no list names it" in block
    assert "allowed  exception for limitation.*: counsel agreed" in block


def test_json_with_a_policy_follows_the_published_schema(judged, report):
    value = json.loads(render_json([judged]))
    jsonschema.validate(value, SCHEMA)
    assert value["policy"]["verdict"] == "denied"
    assert "policy" not in json.loads(render_json([report]))


def test_findings_in_other_formats_are_as_without_a_policy(judged, report):
    with_policy, without = (json.loads(render([one], "sarif"))["runs"][0] for one in (judged, report))
    assert with_policy["results"] == without["results"]
    assert render([judged], "github") == render([report], "github")
