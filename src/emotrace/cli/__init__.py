"""The command line: one file per command; only this room prints and exits."""

import errno
import sys

FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main() -> None:
    """Run a command; an error becomes one line on standard error.

    Exit status: 0 done, 1 some item or file failed, 2 wrong use, 130 interrupted.
    """
    from emotrace.cli.app import app
    from emotrace.errors import DataError, EmotraceError

    try:
        app()
    except EmotraceError as error:
        _fail(str(error), 1 if isinstance(error, DataError) else 2)
    except OSError as error:
        _fail(_describe(error), 1)
    except KeyboardInterrupt:
        _fail("interrupted; finished work is kept, run the same command again to go on", 130)


def _describe(error: OSError) -> str:
    if error.errno in FULL_DISK:
        where = error.filename or "the output folder"
        return f"{where}: no space is left on the disk; free some and run the same command again"
    return f"{error.filename or 'a file'}: {error.strerror or error}"


def _fail(message: str, status: int) -> None:
    print(f"emotrace: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(status)
