/* One coloured band: the class of each moment, grey where nothing is decided. */

const UNDECIDED = 255;
const UNDECIDED_COLOUR = "#d5dbe0";

class Band {
  constructor(canvas, trace, curves) {
    this.surface = new Surface(canvas);
    this.trace = trace;
    this.curves = curves; // whose stretch of time and margins it shares
    canvas.hidden = !trace.classes;
  }

  timeAt(x) { return this.curves.timeAt(x); }

  draw(time) {
    const s = this.surface;
    if (!this.trace.classes || !s.begin()) return;
    const { margin, plotWidth } = this.curves;
    const c = s.context;
    if (!this.curves.small) s.text("class", margin.left - 8, s.height / 2 + 1, { align: "right", base: "middle" });
    c.save();
    c.beginPath();
    c.rect(margin.left, 2, plotWidth, s.height - 4);
    c.clip();
    for (const [from, to, label] of this.trace.stretches) this.drawStretch(this.curves.x(from), this.curves.x(to), label);
    c.restore();
    c.strokeStyle = LINE;
    c.lineWidth = 1;
    c.strokeRect(margin.left + 0.5, 2.5, plotWidth - 1, s.height - 5);
    const x = this.curves.x(time);
    if (x >= margin.left - 1 && x <= s.width - margin.right + 1) s.line([[x, 0], [x, s.height]], INK, 1.5);
  }

  drawStretch(from, to, label) {
    const { margin, plotWidth } = this.curves;
    const left = Math.max(from, margin.left);
    const right = Math.min(Math.max(to, from + 0.5), margin.left + plotWidth);
    if (right <= left) return;
    const s = this.surface;
    const colour = label === UNDECIDED ? UNDECIDED_COLOUR : this.trace.colours[label];
    s.context.fillStyle = colour;
    s.context.fillRect(left, 2, right - left, s.height - 4);
    const name = label === UNDECIDED ? "undecided" : this.trace.labels[label];
    if (this.curves.small || s.context.measureText(name).width > right - left - 12) return;
    s.text(name, (left + right) / 2, s.height / 2 + 1, { align: "center", base: "middle", colour: inkOn(colour) });
  }
}

/* Stretches [from, to, class] in seconds of rows of one class. */
function stretchesOf(trace) {
  const found = [];
  for (let row = 0, start = 0; row <= trace.rows; row++) {
    if (row < trace.rows && trace.classes[row] === trace.classes[start]) continue;
    found.push([trace.time(start), trace.time(row), trace.classes[start]]);
    start = row;
  }
  return found;
}

/* Black or white, whichever has the greater contrast to a colour: at least 4.5 to 1 (WCAG 2.2, relative luminance). */
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((i) => (parseInt(colour.slice(i, i + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000000" : "#ffffff";
}
