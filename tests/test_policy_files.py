"""Policy files: how they are read, refused and found, and what a run does by them."""

import json
import os
import subprocess
import sys
import tomllib
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import PolicyError
from classifier.labels import load_labels
from classifier.policy import find_policy, load_policy, parse_policy
from classifier.policy.entries import Names

POLICY_SCHEMA = json.loads(files("classifier").joinpath("resources/policy.schema.json").read_text("utf-8"))


def policy_of(text, **options):
    return parse_policy(tomllib.loads(text), **options)


GOOD = [
    "",
    'default = "denied"',
    'allow = ["MIT", "permission.*", "*", "licenseref-scancode-*"]\nreview = []\ndeny = ["use.military"]',
    '[thresholds]\n"restriction.*" = 0.5\n"use.military" = 1\n"*" = 0',
    '[[exceptions]]\npath = "a/**/LICENSE*"\nlabels = ["*"]\nreason = "x"',
    f'[[exceptions]]\nsha256 = "{"aB" * 32}"\nspdx = "MIT"\nlabels = ["MIT", "use.*"]\nreason = "x"',
    '[[exceptions]]\nspdx = "MIT"\nlabels = ["use.*"]\nreason = "x"\nexpires = 2027-01-31',
    '[[exceptions]]\nspdx = "MIT"\nlabels = ["use.*"]\nreason = "x"\nexpires = "2027-01-31"',
]
BAD = [
    ('alow = ["MIT"]', "alow: unknown key"),
    ('default = "deny"', "default: 'deny' is none of"),
    ("default = 1", "default: 1 is none of"),
    ('allow = "MIT"', "allow: must be a list"),
    ("allow = [1]", "allow[0]: 1 is no text"),
    ('allow = ["MIT", "permission.usage"]', "allow[1]: unknown label 'permission.usage'; the nearest: permission.use"),
    ('allow = ["MIT OR Apache-2.0"]', "expressions are not taken"),
    ('deny = [""]', "deny[0]: ''"),
    ("thresholds = 0.5", "thresholds: must be a table"),
    ('[thresholds]\n"use.military" = 1.5', 'thresholds."use.military": 1.5 is no score'),
    ('[thresholds]\n"use.military" = true', "True is no score"),
    ('[thresholds]\n"use.military" = nan', "nan is no score"),
    ("[thresholds]\nuse.military = 0.5", 'a label goes in quotes: "use.military"'),
    ('[thresholds]\n"use.milltary" = 0.5', "the nearest: use.military"),
    ("exceptions = {}", "exceptions: must be tables"),
    ("exceptions = [1]", "exceptions: must be tables"),
    ('[[exceptions]]\nlabels = ["*"]\nreason = "x"', "exceptions[0]: names no text"),
    ('[[exceptions]]\npath = "a"\nreason = "x"', "exceptions[0].labels: is missing"),
    ('[[exceptions]]\npath = "a"\nlabels = []\nreason = "x"', "exceptions[0].labels: is missing"),
    ('[[exceptions]]\npath = "a"\nlabels = "*"\nreason = "x"', "exceptions[0].labels: must be a list"),
    ('[[exceptions]]\npath = "a"\nlabels = ["*"]', "exceptions[0].reason: is missing"),
    ('[[exceptions]]\npath = "a"\nlabels = ["*"]\nreason = " "', "exceptions[0].reason: is missing"),
    ('[[exceptions]]\npath = "/a"\nlabels = ["*"]\nreason = "x"', "exceptions[0].path: '/a' is no path"),
    ('[[exceptions]]\npath = "../a"\nlabels = ["*"]\nreason = "x"', "exceptions[0].path"),
    ('[[exceptions]]\npath = ""\nlabels = ["*"]\nreason = "x"', "exceptions[0].path"),
    ("[[exceptions]]\npath = 'a\\b'\nlabels = ['*']\nreason = 'x'", "exceptions[0].path: 'a\\\\b' has a backslash"),
    ('[[exceptions]]\npath = 1\nlabels = ["*"]\nreason = "x"', "exceptions[0].path"),
    ('[[exceptions]]\nsha256 = "abc"\nlabels = ["*"]\nreason = "x"', "exceptions[0].sha256"),
    ('[[exceptions]]\nspdx = "use.military"\nlabels = ["*"]\nreason = "x"', "exceptions[0].spdx"),
    ('[[exceptions]]\npath = "a"\nfile = "a"\nlabels = ["*"]\nreason = "x"', "exceptions[0].file: unknown key"),
    ('[[exceptions]]\npath = "a"\nlabels = ["*"]\nreason = "x"\nexpires = "2027-02-30"', "exceptions[0].expires"),
    ('[[exceptions]]\npath = "a"\nlabels = ["*"]\nreason = "x"\nexpires = 2027-01-31T10:00:00', "no date"),
    ('[[exceptions]]\npath = "a"\nlabels = ["*"]\nreason = "x"\nexpires = 20270131', "exceptions[0].expires"),
]
ONLY_LOADER = [
    ('allow = ["permision.*"]', "unknown label 'permision.*'; the nearest: permission.*"),
    ('deny = ["use.mill*"]', "unknown label 'use.mill*'"),
    ('[thresholds]\n"MIT*" = 0.5', "unknown label"),
]


def follows_schema(table):
    plain = json.loads(json.dumps(table, default=lambda value: value.isoformat()))
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(POLICY_SCHEMA, format_checker=checker).is_valid(plain)


def test_the_schema_is_sound_and_lists_every_label():
    jsonschema.Draft202012Validator.check_schema(POLICY_SCHEMA)
    assert POLICY_SCHEMA["$defs"]["label"]["enum"] == [label.id for label in load_labels().labels]


@pytest.mark.parametrize("text", GOOD)
def test_loader_and_schema_take_good_files(text):
    policy_of(text)
    assert follows_schema(tomllib.loads(text))


@pytest.mark.parametrize(("text", "words"), BAD)
def test_loader_and_schema_refuse_bad_files(text, words):
    with pytest.raises(PolicyError) as caught:
        policy_of(text, file="p.toml")
    assert str(caught.value).startswith("p.toml: ")
    assert words in str(caught.value)
    # JSON has no NaN.
    assert "nan" in text or not follows_schema(tomllib.loads(text))


@pytest.mark.parametrize(("text", "words"), ONLY_LOADER)
def test_the_loader_refuses_what_names_nothing(text, words):
    with pytest.raises(PolicyError, match="unknown label") as caught:
        policy_of(text)
    assert words in str(caught.value)


_ENTRIES = st.sampled_from(["MIT", "*", "use.*", "use.military", "no such", "permission.nothing", 1, "GPL-2.0-only"])
_VALUES = st.one_of(
    st.none(), st.booleans(), st.floats(0, 2), st.text(max_size=3), st.lists(_ENTRIES, max_size=3), st.dates()
)
_EXCEPTION = st.dictionaries(
    st.sampled_from(["path", "sha256", "spdx", "labels", "reason", "expires", "other"]),
    st.one_of(_VALUES, st.sampled_from(["a/*", "0" * 64, "MIT", "2027-01-31"]), st.just(["*"])),
)
_TABLES = st.fixed_dictionaries(
    {},
    optional={
        "default": st.one_of(_VALUES, st.sampled_from(["allowed", "denied"])),
        "allow": st.one_of(_VALUES, st.lists(_ENTRIES)),
        "thresholds": st.one_of(_VALUES, st.dictionaries(_ENTRIES.map(str), st.floats(-1, 2))),
        "exceptions": st.one_of(_VALUES, st.lists(_EXCEPTION, max_size=2)),
        "other": _VALUES,
    },
)


@given(_TABLES)
def test_what_the_loader_takes_follows_the_schema(table):
    try:
        parse_policy(table)
    except PolicyError:
        return
    assert follows_schema(table)


def test_labels_of_a_model_of_your_own_are_known():
    assert policy_of('deny = ["acme.no-cats"]', labels=["acme.no-cats"]).deny == ("acme.no-cats",)
    with pytest.raises(PolicyError, match=r"unknown label 'acme\.no-cats'"):
        policy_of('deny = ["acme.no-cats"]')


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("GPL-2.0", "unknown label or SPDX id 'GPL-2.0'; the nearest: GPL-2.0-only"),
        ("GPL-9*", "unknown label or SPDX id"),
        (
            "LicenseRef-scancode-lama-2",
            "unknown label or SPDX id 'LicenseRef-scancode-lama-2'; the nearest: LicenseRef-scancode-llama",
        ),
        ("use.militry", "unknown label 'use.militry'; the nearest: use.military"),
        ("GPL-2.0-only", ""),
        ("gpl-*", ""),
        ("use.*", ""),
    ],
)
def test_an_id_that_no_known_text_has_is_refused_with_the_nearest(entry, words):
    names = Names(("use.military",), ("GPL-2.0-only", "LicenseRef-scancode-lha", "LicenseRef-scancode-llama-2", "MIT"))
    trouble = names.trouble(entry.lower(), entry, ids=True, labels=True)
    assert trouble.startswith(words)
    assert bool(trouble) is bool(words)


# Finding the file


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder to work in, with one below it."""
    (tmp_path / "project" / "vendored").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def test_the_policy_here_goes_before_one_above_and_both_before_the_one_beside_the_text(project):
    text = project / "vendored" / "LICENSE"
    assert find_policy(text) is None
    (project / "vendored" / "osdlint.toml").touch()
    assert find_policy(text) == project / "vendored" / "osdlint.toml"
    assert find_policy() is None
    (project.parent / "osdlint.toml").touch()
    assert find_policy(text) == project.parent / "osdlint.toml"
    (project / "pyproject.toml").write_text("[tool.osdlint]\n")
    assert find_policy(text) == project / "pyproject.toml"
    (project / "osdlint.toml").touch()
    assert find_policy(text) == project / "osdlint.toml"


@pytest.mark.parametrize("content", ["[project]\nname = 'osdlint'\n", "broken = [", "tool = 1 # osdlint\n"])
def test_a_pyproject_without_the_table_is_passed_over(project, content):
    (project / "pyproject.toml").write_text(content)
    assert find_policy() is None


def test_a_pyproject_that_may_hold_a_policy_and_is_broken_is_an_error(project):
    (project / "pyproject.toml").write_text("[tool.osdlint]\nallow = [")
    with pytest.raises(PolicyError, match=r"pyproject\.toml: not TOML"):
        find_policy()


def test_a_policy_is_loaded_from_either_file(project):
    (project / "pyproject.toml").write_text('[tool.osdlint]\ndeny = ["use.*"]\n')
    assert load_policy().deny == ("use.*",)
    (project / "osdlint.toml").write_bytes(b'\xef\xbb\xbfallow = ["MIT"]\n')
    policy = load_policy()
    assert (policy.file, policy.root, policy.allow) == ("osdlint.toml", str(project), ("mit",))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.toml", None, "absent.toml: no such policy file"),
        ("p.toml", b"allow = [", "p.toml: not TOML"),
        ("p.toml", b"allow = ['\xff']", "p.toml: not UTF-8 (byte 0xff at 10)"),
        ("p.toml", b"a=" + b"[" * 5000, "p.toml: "),
        ("p.toml", b"#" * 1_000_001, "p.toml: larger than"),
        ("pyproject.toml", b"[tool.other]", "pyproject.toml: has no table [tool.osdlint]"),
        ("pyproject.toml", b"[tool.osdlint]\nx = 1", "pyproject.toml: tool.osdlint.x: unknown key"),
        (".", None, "cannot be read"),
    ],
)
def test_a_bad_policy_file_is_named(project, name, content, words):
    if content is not None:
        (project / name).write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        load_policy(name)
    assert words in str(caught.value)


def test_no_policy_at_all_is_an_error_where_one_is_asked_for(project):
    with pytest.raises(PolicyError, match="no policy here"):
        load_policy()


# On the command line


@pytest.fixture
def osdlint(model_dir, project):
    (project / "OPEN").write_text("You may use it as you like.\n")
    (project / "CLOSED").write_text("You may use it. It is not for commercial ends.\n")

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "classifier", "check", *args],
            capture_output=True,
            text=True,
            env={**os.environ, "OSDLINT_MODEL": str(model_dir)},
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("fail_on", "name", "code"),
    [("denied", "OPEN", 0), ("denied", "CLOSED", 1), ("review", "OPEN", 1), ("never", "CLOSED", 0)],
)
def test_fail_on_a_policy_sets_the_exit_code(osdlint, project, fail_on, name, code):
    (project / "osdlint.toml").write_text('deny = ["restriction.*"]\n')
    done = osdlint("--fail-on", fail_on, name)
    assert done.returncode == code, done.stderr
    assert "Policy (osdlint.toml): " in done.stdout


def test_a_policy_is_named_or_left_out(osdlint, project):
    (project / "osdlint.toml").write_text("nonsense = 1\n")
    (project / "strict.toml").write_text(
        'default = "denied"\n[[exceptions]]\npath = "x"\nlabels = ["*"]\nreason = "r"\nexpires = 2020-01-01\n'
    )
    named = osdlint("--policy", "strict.toml", "OPEN")
    assert "Policy (strict.toml): denied" in named.stdout
    assert named.stderr.startswith("osdlint: strict.toml: exceptions[0]: expired after 2020-01-01")
    assert "Policy" not in osdlint("--no-policy", "OPEN").stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--fail-on", "review"], "needs a policy"),
        (["--fail-on", "denied", "--no-policy"], "--no-policy contradicts --fail-on denied"),
        (["--policy", "x.toml", "--no-policy"], "--no-policy contradicts --policy x.toml"),
        (["--policy", "x.toml"], "x.toml: no such policy file"),
    ],
)
def test_a_policy_that_is_not_there_is_a_usage_error(osdlint, args, words):
    done = osdlint(*args, "OPEN")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
