/* A thin strip per input under the curves: filled where the model was given it, empty where it went without. */

const STRIP_HIGH = 13; // px
const STRIP_EACH = 19; // px from one to the next

class Strips {
  constructor(canvas, trace, curves) {
    this.surface = new Surface(canvas);
    this.trace = trace;
    this.curves = curves; // whose stretch of time and margins they share
    canvas.hidden = !trace.inputs.length;
    canvas.style.height = `${STRIP_EACH * trace.inputs.length + 2}px`;
  }

  draw(time) {
    const s = this.surface;
    if (!this.trace.inputs.length || !s.begin()) return;
    this.trace.inputs.forEach((input, i) => this.drawStrip(input, STRIP_EACH * i + 4));
    const { left, right } = this.curves.margin;
    const x = this.curves.x(time);
    if (x >= left - 1 && x <= s.width - right + 1) s.line([[x, 0], [x, s.height]], INK, 1.5);
  }

  drawStrip(input, top) {
    const s = this.surface;
    const c = s.context;
    const { margin, plotWidth } = this.curves;
    s.text(this.fitting(input.name, margin.left - 12), margin.left - 8, top + STRIP_HIGH / 2 + 1, { align: "right", base: "middle" });
    c.save();
    c.beginPath();
    c.rect(margin.left, top, plotWidth, STRIP_HIGH);
    c.clip();
    c.fillStyle = "#8ea3b3";
    const begin = this.curves.x(this.trace.time(0));
    c.fillRect(begin, top, this.curves.x(this.trace.time(this.trace.rows)) - begin, STRIP_HIGH);
    for (const [from, to] of input.gaps) this.drawGap(this.curves.x(from), this.curves.x(to), top);
    c.restore();
    c.strokeStyle = LINE;
    c.lineWidth = 1;
    c.strokeRect(margin.left + 0.5, top + 0.5, plotWidth - 1, STRIP_HIGH - 1);
  }

  drawGap(from, to, top) {
    const { margin, plotWidth } = this.curves;
    const left = Math.max(from, margin.left);
    const right = Math.min(Math.max(to, from + 1), margin.left + plotWidth);
    if (right <= left) return;
    const c = this.surface.context;
    c.fillStyle = "#ffffff";
    c.fillRect(left, top, right - left, STRIP_HIGH);
    if (right - left < 90) return;
    this.surface.text("missing", (left + right) / 2, top + STRIP_HIGH / 2, { align: "center", base: "middle" });
  }

  /* A name cut to a width in px. */
  fitting(name, width) {
    let shown = name;
    while (shown.length > 2 && this.surface.context.measureText(shown).width > width) shown = shown.slice(0, -2) + "\u2026";
    return shown;
  }
}
