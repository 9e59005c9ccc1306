"""Windows on a padded input, drawn: strips → HTML, whose texts are all ours or escaped."""

from engine.facts.placement import Strip

CELLS = 34  # up to so many cells are drawn one by one
SHOWN = 3  # windows drawn before the last one, where there are more than fit
LANES = 4
TAPS = 64


def figure(down: Strip, across: Strip, working: str = "") -> str:
    """Return where windows lie: along the height and the width (one strip where they are alike), and in the plane.

    working: HTML that stands below the strips.
    """
    alike = _form(down) == _form(across)
    strips = _strip(down, "height and width, alike") if alike else _strip(down, "height") + _strip(across, "width")
    beside = f"{_plane(down, across)}{_key(down, across)}"
    return f'<div class="wf"><div class="wf-strips">{strips}{working}</div>{beside}</div>'


def _form(strip: Strip) -> tuple:
    return strip.size, strip.padding, strip.windows, strip.taps, strip.stride, strip.dilation


def _strip(strip: Strip, name: str) -> str:
    full = strip.size + strip.beyond
    padding = f" + {' + '.join(map(str, strip.padding))} {'cut off' if strip.stamped else 'of padding'}"
    cells = f"{len(strip.inner)} cells{padding if any(strip.padding) else ''}"
    what, kernel = ("kernels stamped", "kernel") if strip.stamped else ("windows", "window")
    windows = f"{strip.windows:,} {what}" if strip.windows > 1 else f"1 {what.rstrip('s')}"
    title = f"<b>{name}</b><span>{cells} · {windows}, {strip.stride} apart, each spanning {strip.span}</span>"
    lanes = [("output" if strip.stamped else "input", _bar(strip, full))]
    numbers = range(strip.windows)
    if len(numbers) > LANES:
        numbers = [*range(SHOWN), strip.windows - 1]
    for k in numbers:
        last = k == strip.windows - 1 and k >= SHOWN
        lanes.append((f"{kernel} {k}" if not last or strip.windows <= LANES else f"… {k:,}", _window(strip, k, full)))
    drawn = "".join(f"<span>{label}</span>{lane}" for label, lane in lanes)
    return (
        f'<div data-strip="{strip.letter}"><div class="wf-title">{title}</div><div class="wf-strip">{drawn}</div></div>'
    )


def _piece(kind: str, start: float, stop: float, full: int, inside: str = "", more: str = "") -> str:
    at = f"left:{100 * start / full:.3f}%;width:{100 * (stop - start) / full:.3f}%{more}"
    return f'<i class="{kind}" style="{at}">{inside}</i>'


def _bar(strip: Strip, full: int) -> str:
    inner = strip.inner
    pieces = [_piece("in", inner.start, inner.stop, full)]
    if strip.padding[0]:
        pieces.append(_piece("pad", 0, inner.start, full))
    if strip.padding[1]:
        pieces.append(_piece("pad", inner.stop, strip.size, full))
    if strip.beyond:
        pieces.append(_piece("beyond", strip.size, full, full))
    if full <= CELLS:
        pieces.append(_piece("grid", 0, full, full, more=f";--n:{full}"))
    runs = strip.runs()
    pieces += [_piece("drop", run.start, run.stop, full) for run in runs[:TAPS]]
    if full <= CELLS:
        pieces += [_piece("name", k, k + 1, full, str(k - inner.start)) for k in inner]
    return f'<div class="wf-lane wf-bar">{"".join(pieces)}</div>'


def _window(strip: Strip, number: int, full: int) -> str:
    window = strip.window(number)
    if strip.dilation == 1 and full > CELLS:
        pieces = [_piece("tap", window.start, window.stop, full)]
    elif strip.taps > TAPS:
        pieces = [_piece("span", window.start, window.stop, full)]
    else:
        joint = "tap joint" if strip.dilation == 1 else "tap"
        taps = window[:: strip.dilation]
        pieces = [_piece("span", window.start, window.stop, full)] if strip.dilation > 1 else []
        pieces += [_piece(joint, k, k + 1, full) for k in taps]
    return f'<div class="wf-lane" data-window="{number}" data-first="{window.start}">{"".join(pieces)}</div>'


def _plane(down: Strip, across: Strip) -> str:
    """Draw the plane to scale: padding, what is dropped, the first windows and the last, and where each one starts."""
    height, width = down.size + down.beyond, across.size + across.beyond

    def box(kind: str, rows: range, columns: range, more: str = "") -> str:
        at = (("top", rows.start, height), ("left", columns.start, width))
        at += (("height", len(rows), height), ("width", len(columns), width))
        style = ";".join(f"{name}:{100 * cells / full:.3f}%" for name, cells, full in at)
        return f'<i class="{kind}" style="{style}{more}"></i>'

    rows, columns = range(down.size), range(across.size)
    drawn = [box("pad", rows, columns)] if any((*down.padding, *across.padding)) else []
    drawn.append(box("in", down.inner, across.inner))
    drawn += [box("drop", run, columns) for run in down.runs()[:TAPS]]
    drawn += [box("drop", rows, run) for run in across.runs()[:TAPS]]
    if max(height, width) <= CELLS:
        drawn.append(box("wf-cells", range(height), range(width), f";--h:{height};--w:{width}"))
    if max(height / down.stride, width / across.stride) <= CELLS:
        # One dot in the first cell of each window: a pattern that repeats with the stride.
        starts = (range(0, strip.windows * strip.stride) for strip in (down, across))
        cell = f";--dy:{50 / down.stride:.2f}%;--dx:{50 / across.stride:.2f}%"
        drawn.append(box("dots", *starts, f";--h:{down.windows};--w:{across.windows}{cell}"))
    last = (down.windows - 1, across.windows - 1)
    others = {(0, min(1, last[1])), (min(1, last[0]), 0), last} - {(0, 0)}
    drawn += [box("other", down.window(i), across.window(j)) for i, j in sorted(others)]
    drawn.append(box("first", down.window(0), across.window(0)))
    what = "kernel" if down.stamped else "window"
    said = f"The first {what} (filled), its neighbours and the last (dashed)"
    said += "; a dot where each begins." if 'class="dots"' in "".join(drawn) else "."
    ratio = f"--ratio:{width}/{height};--side:{min(1, width / height):.4f}"
    return (
        f'<figure class="wf-plane"><div class="wf-stage" style="{ratio}" role="img" aria-label="{said}">'
        f"{''.join(drawn)}</div><figcaption>{said}</figcaption></figure>"
    )


def _key(down: Strip, across: Strip) -> str:
    both = (down, across)
    entries = [("in", "output" if down.stamped else "input")]
    if any(any(strip.padding) for strip in both):
        entries.append(("pad", "padding, cut off" if down.stamped else "padding"))
    if any(strip.runs() for strip in both):
        entries.append(("drop", "reached by no kernel" if down.stamped else "read by no window"))
    if any(strip.beyond for strip in both):
        entries.append(("beyond", "beyond the padded input (ceil_mode)"))
    drawn = "".join(f'<span><i class="{kind}"></i>{text}</span>' for kind, text in entries)
    said = f"{down.sentence()} {across.sentence()}"
    return f'<div class="wf-key">{drawn}<b>{said}</b></div>'
