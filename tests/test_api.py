import classifier


def test_every_public_name_can_be_imported():
    assert all(getattr(classifier, name) is not None for name in classifier.__all__)


def test_public_names_are_no_modules():
    assert [name for name in classifier.__all__ if hasattr(getattr(classifier, name), "__path__")] == []


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(classifier, "no_such_name")
