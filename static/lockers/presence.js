// Is a person at this kiosk? Touches and keys say so, and so does movement before the camera. No face is looked for here:
// a few hundred grey points of the picture are compared with those of half a second ago, and nothing leaves the page.

const WIDE = 32, HIGH = 24; // points
const CHANGED = 12; // of 256 greys; noise and light stay below, averaged over so many pixels
const MOVED = 0.02; // of all points
const EVERY = 500; // ms

// Whether enough points differ between two pictures, both as greys from 0 to 255.
export const moved = (before, now) => now.filter((grey, place) => Math.abs(grey - before[place]) > CHANGED).length > MOVED * now.length;

export class Presence {
  #before = null; #context; #sign = performance.now();

  constructor(video) {
    this.video = video;
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
    for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => this.sign(), { capture: true });
    setInterval(() => this.#look(), EVERY);
  }

  // A person is here now.
  sign() { this.#sign = performance.now(); }

  // ms since the last sign of a person.
  get away() { return performance.now() - this.#sign; }

  // Without a picture only touches are known.
  get sees() { return this.video.readyState >= 2 && !this.video.paused; }

  #look() {
    const now = this.sees ? this.#points() : null;
    if (now && this.#before && moved(this.#before, now)) this.sign();
    this.#before = now;
  }

  #points() {
    this.#context.drawImage(this.video, 0, 0, WIDE, HIGH);
    const { data } = this.#context.getImageData(0, 0, WIDE, HIGH);
    return Array.from({ length: WIDE * HIGH }, (_, place) => (data[4 * place] + data[4 * place + 1] + data[4 * place + 2]) / 3);
  }
}
