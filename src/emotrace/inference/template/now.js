/* The present moment: the point on the circumplex, bars of classes, and the box on the face. */

const TAIL_S = 4;
const QUADRANTS = [["tense, angry", -1, 1], ["excited, happy", 1, 1], ["sad, bored", -1, -1], ["calm, content", 1, -1]];

class Plane {
  constructor(canvas, trace) {
    this.surface = new Surface(canvas);
    this.trace = trace;
    this.limit = trace.fit;
    this.arousal = trace.labels.indexOf("arousal");
    this.valence = trace.labels.indexOf("valence");
    this.middle = (trace.range[0] + trace.range[1]) / 2;
  }

  place(row) {
    const clip = (value) => Math.max(-1.08, Math.min(1.08, (value - this.middle) / this.limit));
    const across = clip(this.trace.value(row, this.valence));
    const up = clip(this.trace.value(row, this.arousal));
    return [this.centre[0] + across * this.radius, this.centre[1] - up * this.radius];
  }

  draw(time) {
    const s = this.surface;
    if (!s.begin()) return;
    const c = s.context;
    this.radius = Math.min(s.width / 2 - 26, s.height / 2 - 26);
    this.centre = [s.width / 2, s.height / 2];
    const [x, y] = this.centre;
    const r = this.radius;
    c.fillStyle = "#f8fafb";
    c.strokeStyle = "#c8d1d8";
    c.lineWidth = 1;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
    c.stroke();
    c.strokeStyle = LINE;
    c.beginPath();
    c.arc(x, y, r / 2, 0, 7);
    c.stroke();
    s.line([[x - r, y], [x + r, y]], "#b9c3cc");
    s.line([[x, y - r], [x, y + r]], "#b9c3cc");
    for (const [words, across, up] of QUADRANTS) s.text(words, x + across * r * 0.42, y - up * r * 0.58, { align: "center", colour: "#8a96a1" });
    s.text("arousal +", x, y - r - 10, { align: "center", colour: INK });
    s.text("arousal \u2212", x, y + r + 18, { align: "center", colour: INK });
    this.upright("valence +", x + r + 16, y, 1);
    this.upright("valence \u2212", x - r - 16, y, -1);
    s.text(short(this.middle + this.limit), x + r - 4, y + 14, { align: "right" });
    s.text(short(this.middle - this.limit), x - r + 4, y + 14);
    this.drawTail(time);
  }

  upright(words, x, y, way) {
    const c = this.surface.context;
    c.save();
    c.translate(x, y);
    c.rotate((way * Math.PI) / 2);
    this.surface.text(words, 0, 0, { align: "center", base: "middle", colour: INK });
    c.restore();
  }

  drawTail(time) {
    const c = this.surface.context;
    const last = this.trace.row(time);
    const first = Math.max(0, last - Math.round(TAIL_S / this.trace.step_s));
    c.lineCap = "round";
    let before = this.place(first);
    for (let row = first + 1; row <= last; row++) {
      const here = this.place(row);
      const age = (last - row) / Math.max(1, last - first);
      c.globalAlpha = 0.75 * (1 - age) ** 1.5;
      this.surface.line([before, here], "#6a51a3", 1 + 3 * (1 - age));
      before = here;
    }
    c.globalAlpha = 1;
    c.fillStyle = "#6a51a3";
    c.strokeStyle = "#fff";
    c.lineWidth = 2.5;
    c.beginPath();
    c.arc(before[0], before[1], 8, 0, 7);
    c.fill();
    c.stroke();
  }
}

/* Bars of the present values on their whole scale: of classes from 0, of other traces from mid-scale. */
class Bars {
  constructor(canvas, trace) {
    this.surface = new Surface(canvas);
    this.trace = trace;
  }

  draw(time) {
    const s = this.surface;
    if (!s.begin()) return;
    const { labels, colours, predicts, range } = this.trace;
    const row = this.trace.row(time);
    const [low, high] = predicts === "class" ? [0, 1] : range;
    const from = predicts === "class" ? low : (low + high) / 2;
    const across = (value) => 94 + (s.width - 104) * Math.max(0, Math.min(1, (value - low) / (high - low)));
    const step = Math.min(38, (s.height - 22) / labels.length);
    labels.forEach((name, label) => {
      const y = label * step + 4;
      const ends = [across(from), across(this.trace.value(row, label))].sort((a, b) => a - b);
      s.text(name, 86, y + step / 2 - 3, { align: "right", base: "middle", colour: INK });
      s.context.fillStyle = "#edf1f4";
      s.context.fillRect(94, y, s.width - 104, step - 8);
      s.context.fillStyle = colours[label];
      s.context.fillRect(ends[0], y, Math.max(2, ends[1] - ends[0]), step - 8);
    });
    const below = labels.length * step + 12;
    s.text(short(low), 94, below);
    s.text(short(high), s.width - 10, below, { align: "right" });
    if (from !== low) s.text(short(from), across(from), below, { align: "center" });
  }
}

/* The face box over the video picture. */
class Overlay {
  constructor(canvas, video, trace) {
    this.surface = new Surface(canvas);
    this.video = video;
    this.trace = trace;
  }

  draw(time) {
    const s = this.surface;
    if (!s.begin() || !this.trace.boxes || !this.video.videoWidth) return;
    const row = this.trace.row(time);
    if (!this.trace.faces[row]) return;
    const frame = this.video.getBoundingClientRect();
    const place = s.canvas.getBoundingClientRect();
    const scale = Math.min(frame.width / this.video.videoWidth, frame.height / this.video.videoHeight);
    const wide = this.video.videoWidth * scale;
    const high = this.video.videoHeight * scale;
    const left = frame.left - place.left + (frame.width - wide) / 2;
    const top = frame.top - place.top + (frame.height - high) / 2;
    const at = (i) => this.trace.boxes[row * 4 + i] / 65535;
    const box = [left + at(0) * wide, top + at(1) * high, (at(2) - at(0)) * wide, (at(3) - at(1)) * high];
    const c = s.context;
    c.lineWidth = 4;
    c.strokeStyle = "rgba(0, 0, 0, 0.45)";
    c.strokeRect(...box);
    c.lineWidth = 2;
    c.strokeStyle = "#ffd23f";
    c.strokeRect(...box);
  }
}
