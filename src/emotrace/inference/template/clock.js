/* The one clock: the media element where it plays, else a timer, so that curves move without it. */

class Clock {
  constructor(element, duration) {
    this.element = element;
    this.duration = duration;
    this.offset = 0;
    this.since = null;
    this.listeners = [];
    this.wanted = null; // asked for before the media was ready
    if (element) {
      for (const name of ["play", "pause", "seeked", "timeupdate", "loadeddata", "ended"]) {
        element.addEventListener(name, () => this.changed());
      }
      element.addEventListener("loadedmetadata", () => {
        if (this.wanted !== null) this.seek(this.wanted);
      });
    }
  }

  /* Goes on without the media element, which cannot be played. */
  drop() {
    this.offset = this.wanted ?? this.time;
    this.element = null;
    this.changed();
  }

  get time() {
    if (this.element) return this.wanted ?? Math.min(this.element.currentTime, this.duration);
    const run = this.since === null ? 0 : (performance.now() - this.since) / 1000;
    return Math.min(this.offset + run, this.duration);
  }

  get playing() {
    if (this.element) return !this.element.paused && !this.element.ended;
    return this.since !== null && this.time < this.duration;
  }

  seek(time) {
    const target = Math.min(Math.max(time, 0), this.duration);
    if (this.element) {
      this.wanted = this.element.readyState ? null : target;
      if (this.element.readyState) this.element.currentTime = target;
    } else {
      this.offset = target;
      if (this.since !== null) this.since = performance.now();
    }
    this.changed();
  }

  toggle() {
    if (this.element) {
      if (this.playing) this.element.pause();
      else this.element.play().catch(() => this.changed());
    } else if (this.playing) {
      this.offset = this.time;
      this.since = null;
    } else {
      if (this.time >= this.duration) this.offset = 0;
      this.since = performance.now();
    }
    this.changed();
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }
}
