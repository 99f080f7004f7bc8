"""Lays out a small IEMOCAP: two sessions with every quirk of its evaluation files."""

from pathlib import Path

from corpus_writers.media import write_wav

HEADER = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"


def write(root: Path) -> Path:
    """Classes with and without agreement, a missing dominance, self reports, files of macOS, sub-folders."""
    base = root / "IEMOCAP_full_release"
    dialogue(
        base,
        1,
        "Ses01F_impro01",
        [
            block("Ses01F_impro01_F000", "neu", (2.5, 3.0, 2.0), own="F1"),
            block("Ses01F_impro01_M000", "xxx", (1.5, 4.0, 3.5), lacks_dominance=True),
            block("Ses01F_impro01_MXX0", "exc", (4.5, 4.0, 3.5)),
        ],
    )
    dialogue(base, 1, "Ses01M_script01_1b", [block("Ses01M_script01_1b_F003", "fru", (2, 4, 3), own="M1")])
    dialogue(base, 2, "Ses02F_impro01", [block("Ses02F_impro01_M005", "sad", (1.5, 2, 1.5))])
    write_wav(base / "Session2" / "sentences" / "wav" / "Ses02F_impro01" / "Ses02F_impro01_F009.wav", seed=9)
    return root


def block(
    name: str, emotion: str, vad: tuple[float, float, float], own: str = "", lacks_dominance: bool = False
) -> tuple[str, str]:
    """Name of an utterance, and its summary and raters' lines with two blanks after ``dom``."""
    values = ", ".join(f"{value:.4f}" for value in vad)
    lines = [
        f"[6.2901 - 8.2357]\t{name}\t{emotion}\t[{values}]",
        "C-E2:\tNeutral;\t()",
        "C-E3:\tNeutral; Sadness;\t(it is \xe9)",
        *([f"C-{own}:\tAnger;\t()"] if own else []),
        f"A-E1:\tval 3; act 2;{' dom  ;' if lacks_dominance else ' dom  2;'}\t()",
        "A-E2:\tval 2; act 3; dom  4;\t(tired)",
        *([f"A-{own}:\tval 5; act 5; dom  1;\t()"] if own else []),
    ]
    return name, "\n".join(lines)


def dialogue(base: Path, session: int, name: str, blocks: list[tuple[str, str]]) -> None:
    """Sounds, evaluation (Latin-1 in a comment), transcription and what lies beside them."""
    folder = base / f"Session{session}"
    evaluations = folder / "dialog" / "EmoEvaluation"
    for inside in ("Attribute", "Categorical", "Self-evaluation"):
        (evaluations / inside).mkdir(parents=True, exist_ok=True)
        (evaluations / inside / f"{name}_e1.txt").write_text("Ses01F :val 3; act 2; dom  2; ()\n")
    text = HEADER + "\n\n".join(text for _, text in blocks) + "\n\n"
    (evaluations / f"{name}.txt").write_bytes(text.encode("latin-1"))
    (evaluations / f"._{name}.txt").write_bytes(b"\0\5\x16\7")
    (folder / "dialog" / "transcriptions").mkdir(exist_ok=True)
    rows = [f"{one} [006.2901-008.2357]: Excuse me." for one, _ in blocks]
    (folder / "dialog" / "transcriptions" / f"{name}.txt").write_text("\n".join([*rows, "M: (laughs)"]))
    for number, (one, _) in enumerate(blocks):
        sounds = folder / "sentences" / "wav" / name
        write_wav(sounds / f"{one}.wav", seconds=0.2, seed=session * 10 + number)
        (sounds / f"._{one}.wav").write_bytes(b"\0\5\x16\7")
