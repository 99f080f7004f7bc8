/* A canvas that stays sharp at any size and pixel density. */

const INK = "#1c2530";
const SOFT = "#5c6975";
const LINE = "#dde3e8";
const FONT = '12px system-ui, "Segoe UI", Roboto, Arial, sans-serif';

class Surface {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /* Fits the canvas to its place in the page and clears it; false while it is hidden. */
  begin() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.width = Math.round(box.width);
    this.height = Math.round(box.height);
    if (!this.width || !this.height) return false;
    const wide = Math.round(this.width * ratio);
    const high = Math.round(this.height * ratio);
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    this.context.font = FONT;
    return true;
  }

  text(words, x, y, { colour = SOFT, align = "left", base = "alphabetic", weight = "" } = {}) {
    const c = this.context;
    c.font = `${weight} ${FONT}`.trim();
    c.fillStyle = colour;
    c.textAlign = align;
    c.textBaseline = base;
    c.fillText(words, x, y);
  }

  line(points, colour, width = 1) {
    const c = this.context;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.beginPath();
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.stroke();
  }
}
