"""The pre-commit hook and the GitHub action, run as far as a machine without GitHub can."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
OPEN = "You may use it as you like.\n"
CLOSED = "You may use it. It is not for commercial ends.\n"
LICENSES = [
    "LICENSE",
    "License.txt",
    "a/b/LICENCE.md",
    "COPYING.LESSER",
    "LICENSE-MIT",
    "LICENSE.Apache-2.0",
    "MODEL_LICENSE",
    "UNLICENSE",
    "LICENSES/MIT.txt",
    "USE_POLICY.md",
    "acceptable-use-policy",
    "EULA",
]
OTHERS = ["license.py", "src/licenses.json", "README.md", "relicense", "LICENSEE", "a/license/x.txt", "copying.go"]

pytestmark = [
    pytest.mark.checkout,
    pytest.mark.skipif(not (ROOT / "action.yml").is_file(), reason="needs the checkout"),
]


def read(name):
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


# pre-commit


@pytest.fixture(scope="module")
def hook():
    (hook,) = read(".pre-commit-hooks.yaml")
    return hook


@pytest.mark.parametrize(("names", "taken"), [(LICENSES, True), (OTHERS, False)])
def test_the_hook_takes_license_files(hook, names, taken):
    # As pre-commit does.
    for name in names:
        is_taken = bool(re.search(hook["files"], name)) and not re.search(hook["exclude"], name)
        assert is_taken is taken, name


@pytest.mark.parametrize(("text", "code"), [(OPEN, 0), (CLOSED, 1)])
def test_the_command_of_the_hook_fails_on_a_deviation(hook, model_dir, tmp_path, text, code):
    (tmp_path / "LICENSE").write_text(text)
    command = [*hook["entry"].split()[1:], *hook["args"], "LICENSE"]
    assert hook["entry"].split()[0] == "osdlint"
    done = subprocess.run(
        [sys.executable, "-m", "classifier", *command],
        cwd=tmp_path,
        env={**os.environ, "OSDLINT_MODEL": str(model_dir)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr


def test_the_hook_is_sound_for_pre_commit():
    pytest.importorskip("pre_commit")
    from pre_commit.clientlib import load_manifest

    assert [hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))] == ["osdlint"]


# GitHub

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")


class Run:
    """One run of the action in a folder: its `run` steps in bash, the steps of others left out.

    Args:
        folder: Where the workspace and the runner's files go.
        bin_dir: The folder of the `osdlint` that stands in for the installed one.
        inputs: What the workflow gives.
    """

    def __init__(self, folder, bin_dir, **inputs):
        self.action = read("action.yml")
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        self.inputs = {name: given.get(name, spec["default"]) for name, spec in self.action["inputs"].items()}
        self.outputs = {"install": {"bin": str(bin_dir)}}
        self.folder = folder
        self.codes = {}
        self.log = ""

    def value(self, expression):
        scope, *names = expression.strip().split(".")
        if scope == "inputs":
            return self.inputs[names[0]]
        return self.outputs.get(names[0], {}).get(names[2], "")

    def step(self, name):
        """Run a step and keep its outputs."""
        (step,) = [step for step in self.action["runs"]["steps"] if step["name"] == name]
        outputs = self.folder / "outputs"
        outputs.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder / "workspace",
            env={
                **os.environ,
                **{key: _EXPRESSION.sub(lambda m: self.value(m[1]), text) for key, text in step["env"].items()},
                "RUNNER_TEMP": str(self.folder / "temp"),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            },
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        self.outputs[step.get("id", name)] = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        self.log += done.stdout + done.stderr
        return done.returncode


@pytest.fixture
def run(tmp_path, model_dir, monkeypatch):
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    for name in ("workspace", "temp", "bin"):
        (tmp_path / name).mkdir()
    command = tmp_path / "bin" / "osdlint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m classifier "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("OSDLINT_MODEL", str(model_dir))
    return lambda **inputs: Run(tmp_path, tmp_path / "bin", **inputs)


def test_the_action_writes_sarif_summary_and_log_and_then_fails(run, tmp_path):
    (tmp_path / "workspace" / "LICENSE").write_text(CLOSED)
    (tmp_path / "workspace" / "LICENSES").mkdir()
    action = run()
    assert action.step("Check licenses") == 0, action.log
    assert action.outputs["check"]["code"] == "1"
    sarif = json.loads(Path(action.outputs["check"]["sarif"]).read_text("utf-8"))
    assert sarif["runs"][0]["results"]
    assert "LICENSE" in (tmp_path / "summary.md").read_text("utf-8")
    assert "LICENSE: deviates" in action.log
    assert action.step("Fail on what was found") == 1
    assert "::error" in action.log


@pytest.mark.parametrize(("fail_on", "code"), [("never", "0"), ("denied", "1")])
def test_the_inputs_of_the_action_reach_the_command(run, tmp_path, fail_on, code):
    workspace = tmp_path / "workspace"
    (workspace / "third party" / "x").mkdir(parents=True)
    (workspace / "third party" / "x" / "EULA 1.txt").write_text(CLOSED)
    (workspace / "my policy.toml").write_text('deny = ["restriction.*"]\n')
    action = run(paths="nothing*\nthird party/*/EULA*\n", fail_on=fail_on, policy="my policy.toml")
    assert action.step("Check licenses") == 0, action.log
    assert action.outputs["check"]["code"] == code
    assert "Policy (my policy.toml): denied" in action.log


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "::error title=osdlint::No file matches"),
        ({"paths": "LIC", "policy": "absent.toml"}, "absent.toml: no such policy file"),
        ({"paths": "LIC", "fail_on": "$(touch hacked)"}, "--fail-on"),
        ({"paths": "$(touch hacked)`touch hacked`; touch hacked"}, "no such file"),
    ],
)
def test_bad_inputs_of_the_action_fail_and_run_nothing(run, tmp_path, inputs, words):
    (tmp_path / "workspace" / "LIC").write_text(OPEN)
    action = run(**inputs)
    code = action.step("Check licenses")
    assert 2 in (code, int(action.outputs["check"].get("code", 0)))
    assert words in action.log
    assert not (tmp_path / "workspace" / "hacked").exists()


def test_no_step_pastes_an_input_into_a_script():
    for step in read("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_actions_of_others_are_pinned_by_major_version():
    uses = [step["uses"] for step in read("action.yml")["runs"]["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w/-]+@v\d+", used) for used in uses)
    assert any(used.startswith("github/codeql-action/upload-sarif@") for used in uses)


@pytest.mark.skipif(shutil.which("check-jsonschema") is None, reason="needs check-jsonschema")
def test_the_action_follows_its_schema():
    done = subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("check-jsonschema") is None, reason="needs check-jsonschema")
def test_an_editor_can_check_a_policy_by_its_schema(tmp_path):
    (tmp_path / "osdlint.toml").write_text('allow = ["permission.*"]\n')
    (tmp_path / "bad.toml").write_text('allow = ["permission.usage"]\n')
    schema = ROOT / "classifier" / "resources" / "policy.schema.json"
    codes = [
        subprocess.run(
            ["check-jsonschema", "--schemafile", str(schema), str(tmp_path / name)], capture_output=True, check=False
        ).returncode
        for name in ("osdlint.toml", "bad.toml")
    ]
    assert codes == [0, 1]
