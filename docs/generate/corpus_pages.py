"""One page per corpus that emotrace reads, as `emotrace corpora NAME` tells it."""

from collections.abc import Mapping
from typing import Any

from cells import code, markdown_table, plain
from emotrace.corpora import describe


def corpus_pages() -> dict[str, str]:
    """Pages by their path in the site, one per adapter."""
    return {f"corpora/{entry['name']}.md": _page(entry) for entry in describe()}


def _page(entry: Mapping[str, Any]) -> str:
    name = entry["name"]
    options = [
        (code(f"--option {option}=..."), plain(meaning)) for option, meaning in entry["options"].items()
    ]
    facts = [
        ("modalities", ", ".join(entry["modalities"])),
        ("labels", plain(entry["labels"])),
        ("subjects", plain(entry["subjects"])),
        ("licence", plain(entry["licence"])),
        ("ask for it at", entry["ask"]),
    ]
    return "\n\n".join(
        [
            f"# {name}",
            f"{entry['title']}.",
            markdown_table(("", ""), facts),
            "## What is expected on disk",
            f"```text\n{entry['tree'].rstrip()}\n```",
            f"Is yours laid out otherwise? `emotrace corpora {name} --inspect ROOT` lists names and sizes, "
            "no values.",
            "## Options",
            markdown_table(("option", "meaning"), options),
            "## Commands",
            f"```text\nemotrace check {name} ROOT -o CHECK\nemotrace prepare {name} ROOT -o PREPARED\n```\n",
        ]
    )
