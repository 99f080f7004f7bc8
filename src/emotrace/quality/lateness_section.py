"""What the page of a check says of how late labels are behind the sound."""

from html import escape

from emotrace.offline_page.tables import table, value
from emotrace.quality.check import Check


def lateness_section(check: Check) -> str:
    """The lag of each dimension behind the level of the sound, as HTML."""
    rows = [
        [
            escape(late.dimension),
            value(late.delay.delay_s, 2),
            f"{value(late.delay.low_s, 2)} to {value(late.delay.high_s, 2)}",
            value(late.delay.agreement),
            value(late.delay.confidence, 2),
            str(late.recordings),
        ]
        for late in check.lateness
    ]
    head = ["dimension", "delay (s)", "range (s)", "correlation there", "confidence", "recordings"]
    hint = (
        "Lag at which the gold standard correlates best with the level of the sound, over all recordings, "
        "up to 10 s; the range is that of ten estimates that each leave out a tenth. With a correlation near "
        "0 or little confidence it says nothing."
    )
    inside = f'<p class="hint">{hint}</p>{table(head, rows)}'
    return f'<h2>Estimated annotation delay</h2><div class="card">{inside}</div>'
