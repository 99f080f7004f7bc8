/* What decided about each row, under the curves: a part of one column as a curve, of several as a map. */

const TOLD_CURVE = 44; // px
const TOLD_COLUMN = 6; // px, of a row of a map
const TOLD_GAP = 6; // px between parts
const UNTOLD = 65535; // nothing to tell

class Told {
  constructor(canvas, trace, curves) {
    this.surface = new Surface(canvas);
    this.trace = trace;
    this.curves = curves; // whose stretch of time and margins it shares
    this.parts = trace.told.map((part) => ({ ...part, values: new Uint16Array(bytes(part.values)) }));
    canvas.hidden = !this.parts.length;
    canvas.style.height = `${this.parts.reduce((sum, part) => sum + this.high(part) + TOLD_GAP, TOLD_GAP)}px`;
  }

  high(part) { return part.columns === 1 ? TOLD_CURVE : TOLD_COLUMN * part.columns; }

  draw(time) {
    const s = this.surface;
    if (!this.parts.length || !s.begin()) return;
    const { margin, plotWidth } = this.curves;
    let top = TOLD_GAP;
    for (const part of this.parts) {
      const high = this.high(part);
      s.context.save();
      s.context.beginPath();
      s.context.rect(margin.left, top, plotWidth, high);
      s.context.clip();
      if (part.columns === 1) this.drawCurve(part, top, high);
      else this.drawMap(part, top);
      s.context.restore();
      s.context.strokeStyle = LINE;
      s.context.lineWidth = 1;
      s.context.strokeRect(margin.left + 0.5, top + 0.5, plotWidth - 1, high - 1);
      this.drawWords(part, top, high, time);
      top += high + TOLD_GAP;
    }
    const x = this.curves.x(time);
    if (x >= margin.left - 1 && x <= s.width - margin.right + 1) s.line([[x, 0], [x, s.height]], INK, 1.5);
  }

  /* Mean of the known values of a column over some rows, from 0 (low) to 1 (high); null without one. */
  mean(part, column, from, to) {
    let sum = 0;
    let count = 0;
    for (let row = from; row < to; row++) {
      const value = part.values[row * part.columns + column];
      if (value === UNTOLD) continue;
      sum += value / (UNTOLD - 1);
      count += 1;
    }
    return count ? sum / count : null;
  }

  drawCurve(part, top, high) {
    const [from, to] = this.curves.rows();
    const y = (share) => top + 2 + (1 - share) * (high - 4);
    const middle = y((0.5 - part.low) / (part.high - part.low));
    this.surface.line([[this.curves.margin.left, middle], [this.surface.width, middle]], "#dde3e8");
    let points = [];
    this.curves.columns(from, to, (x, start, end) => {
      const share = this.mean(part, 0, start, end);
      if (share !== null) points.push([x + 0.5, y(share)]);
      else if (points.length) {
        this.surface.line(points, "#6a51a3", 1.5);
        points = [];
      }
    });
    if (points.length) this.surface.line(points, "#6a51a3", 1.5);
  }

  drawMap(part, top) {
    const [from, to] = this.curves.rows();
    const c = this.surface.context;
    c.fillStyle = "#6a51a3";
    this.curves.columns(from, to, (x, start, end) => {
      for (let column = 0; column < part.columns; column++) {
        const share = this.mean(part, column, start, end);
        c.globalAlpha = share === null ? 0 : 0.06 + 0.94 * share;
        c.fillRect(x, top + TOLD_COLUMN * column, 1.5, TOLD_COLUMN);
      }
    });
    c.globalAlpha = 1;
  }

  drawWords(part, top, high, time) {
    const s = this.surface;
    const left = this.curves.margin.left - 8;
    s.text(part.name, left, top + high / 2 + (part.columns === 1 ? -6 : 1), { align: "right", base: "middle" });
    if (part.columns > 1) return;
    const row = this.trace.row(time);
    const share = this.mean(part, 0, row, row + 1);
    const words = share === null ? "\u2013" : (part.low + share * (part.high - part.low)).toFixed(2);
    s.text(words, left, top + high / 2 + 9, { align: "right", base: "middle", colour: "#6a51a3", weight: "600" });
  }
}
