// Takes pictures from the video and sends one at a time: the next only after the answer to the last.

export const LEAST_PAUSE = 80; // ms between two pictures
const PATIENCE = 10000; // ms without an answer, then the line is opened again
const WHEN_DOWN = 1500; // ms between pictures while the engine is not well
const QUALITIES = [0.85, 0.7, 0.5];

// The picture of now on a canvas, its longer side at most `longest` px.
export function drawWithin(canvas, video, longest) {
  const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
}

export class Pump {
  #canvas = document.createElement("canvas");
  #timer = 0; #patience = 0; #running = false;

  // `send(blob)` returns whether it could be sent; `onSilence()` is called when no answer came.
  constructor(video, { width, maxBytes, send, onSilence, pause = () => LEAST_PAUSE }) {
    Object.assign(this, { video, width, maxBytes, send, onSilence, pause });
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#next(0);
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
  }

  answered(state) {
    clearTimeout(this.#patience);
    if (this.#running) this.#next(state === "engine_down" ? WHEN_DOWN : this.pause());
  }

  #next(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#shoot(), pause);
  }

  async #shoot() {
    const blob = this.video.readyState >= 2 ? await this.#picture() : null;
    if (!this.#running) return;
    if (blob === null || !this.send(await blob.arrayBuffer())) return this.#next(250);
    this.#patience = setTimeout(() => this.onSilence(), PATIENCE);
  }

  async #picture() {
    drawWithin(this.#canvas, this.video, this.width);
    for (const quality of QUALITIES) {
      const blob = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", quality));
      if (blob && blob.size <= this.maxBytes) return blob;
    }
    return null;
  }
}
