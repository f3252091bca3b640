import pytest

from classifier.splits import keep_names, split_of

TRAIN, DEV, TEST = (
    next(f"f{i}" for i in range(999) if split_of(f"f{i}")[0] == split) for split in ("train", "dev", "test")
)


@pytest.mark.parametrize(
    ("earlier", "name"),
    [
        pytest.param((TEST, TRAIN), TRAIN, id="trained on"),
        pytest.param((TEST, DEV), DEV, id="chosen on"),
        pytest.param((TEST, TEST), TEST, id="never seen"),
    ],
)
def test_a_family_made_of_several_never_moves_into_test(earlier, name):
    assert keep_names({"a": "a", "b": "a"}, dict(zip("ab", earlier, strict=True))) == {"a": name, "b": name}


def test_a_new_text_moves_nobody():
    assert keep_names({TRAIN: TRAIN, "z": TRAIN}, {"z": TEST}) == {TRAIN: TEST, "z": TEST}


def test_a_family_that_was_not_known_keeps_its_own_name():
    assert keep_names({"a": "a", "b": "a", "c": "c"}, {"c": "old"}) == {"a": "a", "b": "a", "c": "old"}
