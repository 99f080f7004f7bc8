/* The trace as it lies in the page: JSON with typed arrays in base64. */

const COLOURS = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b", "#b8a800", "#6a51a3"];

function bytes(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out.buffer;
}

function readTrace(text) {
  const trace = JSON.parse(text);
  trace.values = new Float32Array(bytes(trace.values)); // (row, label)
  trace.faces = trace.faces ? new Uint8Array(bytes(trace.faces)) : null; // (row,) 1: a face was seen
  trace.boxes = trace.boxes ? new Uint16Array(bytes(trace.boxes)) : null; // (row, 4) in 1/65535 of the picture
  trace.colours = trace.colours || trace.labels.map((_, i) => COLOURS[i % COLOURS.length]);
  trace.classes = trace.classes ? new Uint8Array(bytes(trace.classes)) : null; // (row,) class around each row; 255: undecided
  trace.decided = (row) => !trace.classes || trace.classes[row] !== UNDECIDED;
  trace.value = (row, label) => trace.values[row * trace.labels.length + label];
  trace.row = (time) => Math.min(trace.rows - 1, Math.max(0, Math.floor((time - trace.start_s) / trace.step_s + 1e-6)));
  trace.time = (row) => trace.start_s + row * trace.step_s;
  trace.gaps = trace.faces ? gaps(trace, (row) => trace.faces[row]) : []; // in which no face was seen
  trace.stretches = trace.classes ? stretchesOf(trace) : [];
  trace.inputs = (trace.observed || []).map((input) => ({ name: input.name, gaps: gapsOf(trace, input) }));
  trace.left = Math.max(52, Math.min(120, 16 + 7 * Math.max(0, ...[...trace.inputs, ...trace.told].map((one) => one.name.length)))); // px left of plots
  trace.fit = fittingLimit(trace);
  return trace;
}

/* Stretches of an input, a bit per row, that the model went without. */
function gapsOf(trace, input) {
  const bits = new Uint8Array(bytes(input.rows));
  return gaps(trace, (row) => (bits[row >> 3] >> (row & 7)) & 1);
}

/* Stretches [from, to] in seconds of rows that are not there. */
function gaps(trace, there) {
  const found = [];
  let start = -1;
  for (let row = 0; row <= trace.rows; row++) {
    const missing = row < trace.rows && !there(row);
    if (missing && start < 0) start = row;
    if (!missing && start >= 0) {
      found.push([trace.time(start), trace.time(row)]);
      start = -1;
    }
  }
  return found;
}

/* Least round distance from the middle of the rating scale that holds all values. */
function fittingLimit(trace) {
  const [low, high] = trace.range;
  const middle = (low + high) / 2;
  const half = (high - low) / 2;
  let far = 0;
  for (const value of trace.values) far = Math.max(far, Math.abs(value - middle));
  for (const share of [0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10]) {
    if (far <= share * half) return share * half;
  }
  return far;
}

function clockText(seconds) {
  const hundredths = Math.max(0, Math.round(seconds * 100));
  const hours = Math.floor(hundredths / 360000);
  const minutes = Math.floor(hundredths / 6000) % 60;
  const rest = ((hundredths % 6000) / 100).toFixed(2).padStart(5, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function signed(value, digits = 3) {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "\u2212" : "+") + text;
}

/* A number on an axis: at most three decimals, without trailing zeros. */
function short(value) {
  return String(Number(value.toFixed(3))).replace("-", "\u2212");
}
