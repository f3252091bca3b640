"""What declared ids, tags and names mean, and which tags a base model carries."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.scan.declared import declared_facts, family_of, ids_of, load_declared, standing_of


@pytest.mark.parametrize(
    ("value", "standing", "ids"),
    [
        ("mit", "open", {"mit"}),
        ("MIT", "open", {"mit"}),
        ("Apache License, Version 2.0", "open", {"apache-2.0"}),
        ("GPL-3.0-or-later", "open", {"gpl-3.0"}),
        ("GNU General Public License v3 (GPLv3)", "open", {"gpl-3.0"}),
        ("BSD", "open", set()),
        ("0BSD", "open", {"0bsd"}),
        ("cc0-1.0", "unreviewed", {"cc0-1.0"}),
        ("cc-by-nc-4.0", "restricted", {"cc-by-nc-4.0"}),
        ("llama3.1", "restricted", {"llama3.1"}),
        ("openrail", "restricted", {"openrail"}),
        ("UNLICENSED", "restricted", {"unlicensed"}),
        ("other", "unknown", set()),
        ("", "unknown", set()),
        ("My Own License 7", "unknown", set()),
        ("x" * 1000, "unknown", set()),
        ("=open", "unknown", set()),
        ("\0open", "unknown", set()),
        ("llama3 OR \0open", "unknown", {"llama3"}),
        ("(llama3) AND =open", "restricted", {"llama3"}),
        ("MIT OR CC-BY-NC-4.0", "open", {"mit", "cc-by-nc-4.0"}),
        ("MIT AND CC-BY-NC-4.0", "restricted", {"mit", "cc-by-nc-4.0"}),
        ("(MIT OR (GPL-2.0-only AND BUSL-1.1))", "open", {"mit", "gpl-2.0", "busl-1.1"}),
        ("CC-BY-NC-4.0 AND (MIT OR ISC)", "restricted", {"cc-by-nc-4.0", "mit", "isc"}),
        ("MIT AND LicenseRef-Own", "unknown", {"mit"}),
        ("GPL-2.0-only WITH Linux-syscall-note", "open", {"gpl-2.0", "linux-syscall-note"}),
        ("MIT/Apache-2.0", "open", {"mit", "apache-2.0"}),
        ("License :: OSI Approved :: MIT License", "open", {"mit"}),
        ("License :: OSI Approved", "open", set()),
        ("License :: Other/Proprietary License", "restricted", set()),
        ("License :: Free for non-commercial use", "restricted", set()),
        ("License :: Public Domain", "unreviewed", set()),
    ],
)
def test_a_declared_value_is_understood(value, standing, ids):
    assert (standing_of(value), ids_of(value)) == (standing, ids)


@pytest.mark.parametrize(
    ("model", "tag"),
    [
        ("meta-llama/Llama-3.1-8B", "llama3.1"),
        ("unsloth/Llama-3.2-1B-Instruct", "llama3.2"),
        ("someone/Meta-Llama-3-8B-x", "llama3"),
        ("meta-llama/Llama-2-7b-hf", "llama2"),
        ("https://huggingface.co/codellama/CodeLlama-7b-hf", "llama2"),
        ("google/gemma-2-9b", "gemma"),
        ("Qwen/Qwen2.5-3B-Instruct", "qwen-research"),
        ("Qwen/Qwen2.5-72B", "qwen"),
        ("mistralai/Codestral-22B-v0.1", "mnpl"),
        ("mistralai/Mistral-Large-Instruct-2411", "mrl"),
        ("black-forest-labs/FLUX.1-dev", "flux-1-dev-non-commercial-license"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "openrail++"),
        ("deepseek-ai/DeepSeek-V3", "deepseek"),
    ],
)
def test_a_base_model_tells_its_tag(model, tag):
    assert family_of(model).tags[0] == tag


@pytest.mark.parametrize(
    "model",
    [
        *("TinyLlama/TinyLlama-1.1B", "openlm-research/open_llama_3b", "google/gemma-4-E2B-it", "Qwen/Qwen3-8B"),
        *(
            "Qwen/Qwen2.5-7B",
            "mistralai/Mistral-7B-v0.1",
            "deepseek-ai/DeepSeek-R1",
            "black-forest-labs/FLUX.1-schnell",
        ),
        *("my/own", "", "/" * 1000),
    ],
)
def test_other_base_models_tell_nothing(model):
    assert family_of(model) is None


@given(st.text(max_size=100))
def test_any_value_is_taken(value):
    assert standing_of(value) in ("open", "restricted", "unreviewed", "unknown")
    ids_of(value)
    family_of(value)


@given(
    st.recursive(
        st.sampled_from(["MIT", "CC-BY-NC-4.0", "Foo"]), lambda x: st.tuples(x, st.sampled_from(["OR", "AND"]), x)
    )
)
def test_expressions_are_read_as_logic(tree):
    rank = {"CC-BY-NC-4.0": 0, "Foo": 1, "MIT": 3}
    names = {0: "restricted", 1: "unknown", 3: "open"}

    def value(node):
        if isinstance(node, str):
            return rank[node]
        left, word, right = node
        return (max if word == "OR" else min)(value(left), value(right))

    def words(node):
        return node if isinstance(node, str) else f"({words(node[0])} {node[1]} {words(node[2])})"

    text = words(tree)
    assert len(text) > 500 or standing_of(text) == names[value(tree)]


def test_every_tag_of_a_family_is_known_or_other():
    declared = load_declared()
    assert all(tag == "other" or standing_of(tag) == "restricted" for f in declared.families for tag in f.tags)
    assert all(not spdx_id or spdx_id in declared.standings for spdx_id in declared.names.values())


@pytest.mark.corpus
def test_the_packaged_ids_are_those_of_the_corpus(corpus):
    packaged = json.loads(files("classifier").joinpath("resources/declared.json").read_text("utf-8"))
    assert packaged == declared_facts(corpus)
