"""`python -m emotrace` is the command `emotrace`."""

from emotrace.cli import main

if __name__ == "__main__":
    main()
