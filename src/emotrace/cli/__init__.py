"""The command line: one file per command; only this room prints and exits."""

import sys
from pathlib import Path

INTERRUPTED = 130


def main() -> None:
    """Run a command; an error becomes one line on standard error.

    Exit status: 0 done, 1 some item or file failed, 2 wrong use, 130 interrupted.
    """
    from emotrace.cli.app import app
    from emotrace.errors import CheckpointError, ConfigError, EmotraceError, InputError, MissingExtraError
    from emotrace.writing import explain_write_errors

    try:
        with explain_write_errors(Path("the output folder")):
            app()
    except (InputError, ConfigError, CheckpointError, MissingExtraError) as error:
        _fail(str(error), 2)
    except EmotraceError as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}", 1)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:  # what typer makes of Ctrl-C
            raise
        _fail(
            "interrupted; finished work is kept, run the same command again (train with --resume)",
            INTERRUPTED,
        )


def _fail(message: str, status: int) -> None:
    from emotrace.cli.screen import one_line

    print(f"emotrace: {one_line(message)}", file=sys.stderr)
    sys.exit(status)
