"""The errors that emotrace raises on purpose: one root, few children, one sentence each."""


class EmotraceError(Exception):
    """Root of all errors raised on purpose.

    The message is one sentence that names the file or argument, what is wrong with it,
    what was expected and what to do.
    """


class InputError(EmotraceError, ValueError):
    """An argument of a function or command is wrong (shape, range, name)."""


class DataError(EmotraceError):
    """A media file, a label file, a corpus or a prepared corpus is wrong."""


class ConfigError(EmotraceError):
    """A recipe or a setting is wrong (unknown key, unknown name, bad value)."""


class CheckpointError(EmotraceError):
    """A run folder or a checkpoint is wrong (missing, damaged, of another system)."""


class MissingExtraError(EmotraceError, ImportError):
    """An optional package is needed; the message says how to install it."""
