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


class MetadataError(InputError):
    """The license fields of a file cannot be read: a broken header, a form that is not understood."""

    code = "bad-metadata"


class ModelError(OsdlintError):
    """A model folder is missing, incomplete or damaged."""

    code = "bad-model"


class CorpusError(OsdlintError):
    """The license corpus is absent, damaged or cannot be fetched."""

    code = "corpus-unavailable"


class KnownTextsError(OsdlintError):
    """The index of known texts is damaged or cannot be written."""

    code = "bad-index"


class AnnotationError(OsdlintError):
    """Gold rows break the rules of the annotation format."""

    code = "bad-annotations"


class PolicyError(OsdlintError):
    """A policy file is absent, unreadable or breaks the rules of its format."""

    code = "bad-policy"


class MissingExtraError(OsdlintError):
    """An optional dependency is needed for the requested work."""

    code = "missing-extra"


class BusyError(OsdlintError):
    """The server has no free worker."""

    code = "busy"


class UsageError(OsdlintError):
    """Arguments contradict each other or name something unknown."""

    code = "bad-usage"
