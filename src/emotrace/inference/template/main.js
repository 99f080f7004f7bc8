/* Puts the page together: one clock moves the video, curves, point, box and numbers. */

const trace = readTrace(document.getElementById("trace").textContent);
const byId = (id) => document.getElementById(id);
const holder = byId("media");
const player = holder.querySelector("video, audio");
const clock = new Clock(player, trace.duration_s);
const curves = new Curves(byId("curves"), trace);
const overview = new Curves(byId("overview"), trace, { small: true });
const strips = new Strips(byId("strips"), trace, curves);
const told = new Told(byId("told"), trace, curves);
const bands = [new Band(byId("band"), trace, curves), new Band(byId("band-whole"), trace, overview)];
const onPlane = trace.predicts === "trace" && trace.labels.includes("arousal") && trace.labels.includes("valence");
const present = onPlane ? new Plane(byId("now"), trace) : new Bars(byId("now"), trace);
const overlay = player && player.tagName === "VIDEO" ? new Overlay(holder.querySelector("canvas"), player, trace) : null;
let dragging = false;
let pending = false;

function follow(time) {
  const last = Math.max(0, trace.duration_s - curves.span);
  const target = Math.min(Math.max(time - curves.span / 2, 0), last);
  const outside = time < curves.first || time > curves.first + curves.span;
  if (outside) curves.first = target;
  else if (clock.playing && !dragging) curves.first += (target - curves.first) * 0.15;
  curves.first = Math.min(Math.max(curves.first, 0), last);
}

function showValues(time) {
  const row = trace.row(time);
  byId("clock").textContent = `${clockText(time)} / ${clockText(trace.duration_s)}`;
  byId("play").textContent = clock.playing ? "Pause" : "Play";
  const shown = trace.labels.map((name, label) => [name, trace.predicts === "class" ? `${(trace.value(row, label) * 100).toFixed(1)} %` : signed(trace.value(row, label)), trace.colours[label]]);
  if (trace.predicts === "class") shown.sort((a, b) => parseFloat(b[1]) - parseFloat(a[1])).splice(1);
  if (!trace.decided(row)) shown.splice(0, 1, ["undecided", "no speech, or nothing given", UNDECIDED_COLOUR]);
  if (trace.faces) shown.push(["face", trace.faces[row] ? "seen" : "not seen", "transparent"]);
  const list = byId("values");
  while (list.children.length < 2 * shown.length) list.append(document.createElement(list.children.length % 2 ? "dd" : "dt"));
  shown.forEach(([name, text, colour], i) => {
    list.children[2 * i].textContent = name;
    list.children[2 * i + 1].textContent = text;
    list.children[2 * i].style.setProperty("--mark", colour);
  });
}

function draw() {
  pending = false;
  const time = clock.time;
  follow(time);
  curves.draw(time);
  strips.draw(time);
  told.draw(time);
  bands[0].draw(time);
  if (!byId("overview").hidden) bands[1].draw(time);
  if (!byId("overview").hidden) overview.draw(time, [curves.first, curves.first + curves.span]);
  present.draw(time);
  if (overlay) overlay.draw(time);
  showValues(time);
  if (clock.playing) ask();
}

function ask() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(draw);
}

function seekable(view) {
  const canvas = view.surface.canvas;
  const go = (event) => clock.seek(view.timeAt(event.clientX - canvas.getBoundingClientRect().left));
  canvas.addEventListener("pointerdown", (event) => {
    dragging = true;
    canvas.setPointerCapture(event.pointerId);
    go(event);
  });
  canvas.addEventListener("pointermove", (event) => dragging && canvas.hasPointerCapture(event.pointerId) && go(event));
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { dragging = false; });
}

function offerSpans() {
  const choices = [10, 30, 120, 600].filter((span) => span < trace.duration_s);
  const buttons = [...choices, trace.duration_s].map((span) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = span === trace.duration_s ? "all" : span < 60 ? `${span} s` : `${span / 60} min`;
    button.addEventListener("click", () => choose(span));
    byId("spans").append(button);
    return [span, button];
  });
  const choose = (span) => {
    curves.span = span;
    curves.first = clock.time - span / 2;
    byId("overview").hidden = span === trace.duration_s;
    byId("band-whole").hidden = !trace.classes || span === trace.duration_s;
    for (const [other, button] of buttons) button.setAttribute("aria-pressed", String(other === span));
    ask();
  };
  choose(trace.duration_s > 60 ? 30 : trace.duration_s);
}

function showLegend() {
  trace.labels.forEach((name, label) => {
    const item = document.createElement("span");
    const mark = document.createElement("i");
    mark.style.background = trace.colours[label];
    if (trace.predicts === "class") mark.className = "block";
    item.append(mark, name);
    byId("legend").append(item);
  });
  const others = [];
  if (trace.classes && trace.classes.includes(UNDECIDED)) others.push(["undecided", UNDECIDED_COLOUR]);
  if (trace.gaps.length && !trace.classes) others.push(["no face", "rgba(92, 105, 117, 0.28)"]);
  for (const [words, colour] of others) {
    const item = document.createElement("span");
    const mark = document.createElement("i");
    mark.className = "block";
    mark.style.background = colour;
    item.append(mark, words);
    byId("legend").append(item);
  }
}

function toggleScale() {
  const whole = (trace.range[1] - trace.range[0]) / 2;
  const wide = curves.limit === trace.fit;
  for (const view of [curves, overview, present]) view.limit = wide ? whole : trace.fit;
  byId("scale").textContent = wide ? "Fit scale" : "Full scale";
  ask();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? trace.step_s : 1;
  const moves = { ArrowLeft: -step, ArrowRight: step };
  if (event.key === " " && event.target.tagName !== "BUTTON") clock.toggle();
  else if (event.key in moves) clock.seek(clock.time + moves[event.key]);
  else if (event.key === "Home") clock.seek(0);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function fromHash() {
  const match = /[#&]t=([0-9.]+)/.exec(window.location.hash);
  if (match) clock.seek(Number(match[1]));
}

function withoutMedia() {
  clock.drop();
  const note = document.createElement("p");
  note.textContent = "This browser cannot play the recording from here; the trace below still moves.";
  holder.replaceChildren(note);
}

if (player) player.addEventListener("error", withoutMedia);
if (player && player.error) withoutMedia();
if (trace.predicts === "class" || trace.fit === (trace.range[1] - trace.range[0]) / 2) byId("scale").hidden = true;
showLegend();
offerSpans();
seekable(curves);
seekable(overview);
bands.forEach(seekable);
clock.onChange(ask);
byId("play").addEventListener("click", () => clock.toggle());
byId("scale").addEventListener("click", toggleScale);
document.addEventListener("keydown", onKey, true);
window.addEventListener("hashchange", fromHash);
new ResizeObserver(ask).observe(document.body);
fromHash();
draw();
