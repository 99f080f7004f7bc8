"""The names of a figure's curves in their colours, as text beside it that wraps with the page."""

from emotrace.offline_page.plot_style import Figure


def key(figure: Figure) -> str:
    """HTML of the names of curves, bars and dots; each name once.

    Parameters
    ----------
    figure : Figure
        Whose own legend is not shown.

    Examples
    --------
    >>> loss = {"mode": "lines", "name": "loss", "line": {"color": "#1f5fd1", "dash": "dot"}}
    >>> key({"data": [loss, loss], "layout": {}})
    '<p class="key"><span><b style="color:#1f5fd1">┅</b> loss</span></p>'
    """
    entries = {}
    for one in figure["data"]:
        drawn = one.get("line") or one["marker"]
        sign = "●" if "line" not in one else "┅" if drawn.get("dash") == "dot" else "━"
        entries[one["name"]] = f'<b style="color:{drawn["color"]}">{sign}</b> {one["name"]}'
    return f'<p class="key">{"".join(f"<span>{entry}</span>" for entry in entries.values())}</p>'
