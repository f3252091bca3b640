"""Exceptions of the package: one base class, one subclass for each kind of trouble."""


class OsdlintError(Exception):
    """Base class of every error this package raises on purpose.

    `code` is the stable, machine-readable name shown in reports; the message says what is wrong,
    where, and what to do about it.
    """

    code = "error"


class InputError(OsdlintError):
    """A text to check cannot be read."""

    code = "unreadable-input"


class InputTooLargeError(InputError):
    """A text to check is larger than the size cap."""

    code = "input-too-large"


class ModelError(OsdlintError):
    """A model folder is missing, incomplete or damaged."""

    code = "bad-model"


class CorpusError(OsdlintError):
    """The license corpus is absent, damaged or cannot be fetched."""

    code = "corpus-unavailable"


class AnnotationError(OsdlintError):
    """Gold rows break the rules of the annotation format."""

    code = "bad-annotations"


class MissingExtraError(OsdlintError):
    """An optional dependency is needed for the requested work."""

    code = "missing-extra"


class UsageError(OsdlintError):
    """Arguments contradict each other or name something unknown."""

    code = "bad-usage"
