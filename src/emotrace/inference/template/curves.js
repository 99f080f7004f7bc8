/* Curves of values, or a stacked band of class probabilities, over a stretch of time. */

const TICKS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

class Curves {
  constructor(canvas, trace, { small = false } = {}) {
    this.surface = new Surface(canvas);
    this.trace = trace;
    this.small = small;
    this.margin = small ? { left: trace.left, right: 12, top: 3, bottom: 3 } : { left: trace.left, right: 12, top: 8, bottom: 22 };
    this.first = 0; // s, left edge
    this.span = trace.duration_s; // s shown
    this.limit = trace.fit; // distance of the axis ends from the middle of the scale
    this.layer = document.createElement("canvas"); // what does not move with the cursor
    this.key = "";
  }

  get plotWidth() { return this.surface.width - this.margin.left - this.margin.right; }
  get plotHeight() { return this.surface.height - this.margin.top - this.margin.bottom; }

  x(time) { return this.margin.left + ((time - this.first) / this.span) * this.plotWidth; }
  timeAt(x) { return this.first + ((x - this.margin.left) / this.plotWidth) * this.span; }

  y(value) {
    const [low, high] = this.axis();
    return this.margin.top + (1 - (value - low) / (high - low)) * this.plotHeight;
  }

  axis() {
    if (this.trace.predicts === "class") return [0, 1];
    const middle = (this.trace.range[0] + this.trace.range[1]) / 2;
    return [middle - this.limit, middle + this.limit];
  }

  draw(time, shown = null) {
    const s = this.surface;
    if (!s.begin()) return;
    const key = [this.first, this.span, this.limit, s.canvas.width, s.canvas.height].join();
    if (key !== this.key) {
      this.drawStill();
      this.key = key;
      this.layer.width = s.canvas.width;
      this.layer.height = s.canvas.height;
      this.layer.getContext("2d").drawImage(s.canvas, 0, 0);
    } else {
      s.context.drawImage(this.layer, 0, 0, s.width, s.height);
    }
    if (shown) this.drawShown(shown);
    this.drawCursor(time);
  }

  drawStill() {
    const c = this.surface.context;
    if (!this.small) this.drawAxes();
    c.save();
    c.beginPath();
    c.rect(this.margin.left, this.margin.top, this.plotWidth, this.plotHeight);
    c.clip();
    this.drawGaps();
    if (this.trace.predicts === "class") this.drawBand();
    else this.trace.labels.forEach((_, label) => this.drawCurve(label));
    c.restore();
    c.strokeStyle = LINE;
    c.lineWidth = 1;
    c.strokeRect(this.margin.left + 0.5, this.margin.top + 0.5, this.plotWidth - 1, this.plotHeight - 1);
  }

  drawAxes() {
    const s = this.surface;
    const [low, high] = this.axis();
    for (let i = 0; i <= 4; i++) {
      const value = low + ((high - low) * i) / 4;
      const y = this.y(value);
      s.line([[this.margin.left, y], [s.width - this.margin.right, y]], i === 2 ? "#b9c3cc" : "#edf1f4");
      const words = this.trace.predicts === "class" ? `${Math.round(value * 100)} %` : short(value);
      s.text(words, this.margin.left - 8, y, { align: "right", base: "middle" });
    }
    const tick = TICKS_S.find((t) => (t / this.span) * this.plotWidth > 70) ?? 7200;
    for (let i = Math.ceil(this.first / tick); i * tick <= this.first + this.span + 1e-9; i++) {
      const x = this.x(i * tick);
      s.line([[x, this.margin.top], [x, s.height - this.margin.bottom + 4]], "#edf1f4");
      const words = clockText(i * tick).slice(0, tick < 1 ? -1 : -3);
      const half = s.context.measureText(words).width / 2;
      s.text(words, Math.min(x, s.width - half - 2), s.height - 5, { align: "center" });
    }
  }

  drawGaps() {
    const c = this.surface.context;
    c.fillStyle = "rgba(92, 105, 117, 0.16)";
    for (const [from, to] of this.trace.gaps) {
      if (to < this.first || from > this.first + this.span) continue;
      const left = this.x(from);
      const wide = Math.max(1, this.x(to) - left);
      c.fillRect(left, this.margin.top, wide, this.plotHeight);
      if (!this.small && wide > 60) {
        const middle = (Math.max(left, this.margin.left) + Math.min(left + wide, this.margin.left + this.plotWidth)) / 2;
        this.surface.text("no face", middle, this.margin.top + 14, { align: "center" });
      }
    }
  }

  rows() {
    const { start_s, step_s, rows } = this.trace;
    const first = (this.first - start_s) / step_s;
    return [Math.max(0, Math.floor(first) - 1), Math.min(rows, Math.max(0, Math.ceil(first + this.span / step_s) + 2))];
  }

  drawCurve(label) {
    const [from, to] = this.rows();
    const points = [];
    if (to - from <= 2 * this.plotWidth) {
      for (let row = from; row < to; row++) points.push([this.x(this.trace.time(row)), this.y(this.trace.value(row, label))]);
    } else {
      const c = this.surface.context;
      c.fillStyle = this.trace.colours[label];
      c.globalAlpha = 0.3;
      this.columns(from, to, (x, start, end) => {
        let low = Infinity;
        let high = -Infinity;
        let sum = 0;
        for (let row = start; row < end; row++) {
          const value = this.trace.value(row, label);
          if (value < low) low = value;
          if (value > high) high = value;
          sum += value;
        }
        c.fillRect(x, this.y(high), 1, this.y(low) - this.y(high)); // lowest to highest
        points.push([x, this.y(sum / (end - start))]); // mean
      });
      c.globalAlpha = 1;
    }
    this.surface.line(points, this.trace.colours[label], this.small ? 1 : 2);
  }

  /* Calls back with each pixel column and the rows that fall into it. */
  columns(from, to, use) {
    const perPixel = this.span / this.trace.step_s / this.plotWidth;
    const base = (this.first - this.trace.start_s) / this.trace.step_s;
    for (let pixel = 0; pixel < this.plotWidth; pixel++) {
      if (base + (pixel + 1) * perPixel <= 0) continue; // before the first row
      const start = Math.max(from, Math.floor(base + pixel * perPixel));
      const end = Math.min(to, Math.max(start + 1, Math.floor(base + (pixel + 1) * perPixel)));
      if (start < end) use(this.margin.left + pixel, start, end);
    }
  }

  drawBand() {
    const [from, to] = this.rows();
    const count = this.trace.labels.length;
    const c = this.surface.context;
    this.columns(from, to, (x, start, end) => {
      let below = 0;
      const rows = [];
      for (let row = start; row < end; row++) if (this.trace.decided(row)) rows.push(row);
      if (!rows.length) {
        c.fillStyle = UNDECIDED_COLOUR;
        c.fillRect(x, this.margin.top, 1.5, this.plotHeight);
        return;
      }
      for (let label = 0; label < count; label++) {
        let sum = 0;
        for (const row of rows) sum += this.trace.value(row, label);
        const share = sum / rows.length;
        c.fillStyle = this.trace.colours[label];
        const top = this.y(below + share);
        c.fillRect(x, top, 1.5, this.y(below) - top);
        below += share;
      }
    });
  }

  drawShown([from, to]) {
    const c = this.surface.context;
    c.fillStyle = "rgba(0, 114, 178, 0.10)";
    c.strokeStyle = "rgba(0, 114, 178, 0.6)";
    c.lineWidth = 1;
    const left = this.x(from);
    c.fillRect(left, 1, this.x(to) - left, this.surface.height - 2);
    c.strokeRect(left, 1, this.x(to) - left, this.surface.height - 2);
  }

  drawCursor(time) {
    const x = this.x(time);
    if (x < this.margin.left - 1 || x > this.surface.width - this.margin.right + 1) return;
    this.surface.line([[x, this.margin.top], [x, this.margin.top + this.plotHeight]], INK, 1.5);
    if (this.small || this.trace.predicts === "class") return;
    const c = this.surface.context;
    const row = this.trace.row(time);
    const next = Math.min(row + 1, this.trace.rows - 1);
    const part = Math.min(1, Math.max(0, (time - this.trace.start_s) / this.trace.step_s - row));
    this.trace.labels.forEach((_, label) => {
      const value = (1 - part) * this.trace.value(row, label) + part * this.trace.value(next, label);
      c.fillStyle = this.trace.colours[label];
      c.strokeStyle = "#fff";
      c.lineWidth = 2;
      c.beginPath();
      c.arc(x, this.y(value), 5, 0, 7);
      c.fill();
      c.stroke();
    });
  }
}
