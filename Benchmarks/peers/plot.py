"""A plot of lines on logarithmic axes, as a small SVG."""

import math

COLOURS = ("#0b6e99", "#c4442b", "#6b8e23", "#8a5fa8", "#b8860b", "#444444")
WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 92, 150, 30, 50


def _decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def lines(title, x_label, y_label, series):
    """`series` holds, by name, pairs of positive numbers."""
    points = [point for line in series.values() for point in line]
    (x0, x1), (y0, y1) = (_decades([point[axis] for point in points]) for axis in (0, 1))

    def x(value):
        return LEFT + (math.log10(value) - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM)

    def text(at_x, at_y, words, anchor="middle", extra=""):
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}"{extra}>{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text((LEFT + WIDTH - RIGHT) / 2, 18, title),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_label),
        text(16, HEIGHT / 2, y_label, extra=f' transform="rotate(-90 16 {HEIGHT / 2:.0f})"'),
    ]
    for power in range(x0, x1 + 1):
        at = x(10 ** power)
        parts.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(text(at, HEIGHT - BOTTOM + 18, f"{10 ** power:,}" if power >= 0 else f"{10 ** power:g}"))
    for power in range(y0, y1 + 1):
        at = y(10 ** power)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(text(LEFT - 6, at + 4, f"{10 ** power:,}" if power >= 0 else f"{10 ** power:g}", "end"))
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in sorted(line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = TOP + 16 + 20 * index
        parts.append(f'<path d="M{WIDTH - RIGHT + 12} {at - 4}h20" stroke="{colour}" stroke-width="2"/>')
        parts.append(text(WIDTH - RIGHT + 38, at, name, "start"))
    return "\n".join(parts + ["</svg>", ""])
