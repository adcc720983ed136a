// Two short cues, made on the spot, and a switch that is remembered.

const MUTED = "ostiary.muted";
const CUES = { welcome: [659, 880], trouble: [330, 262] }; // Hz

export class Sound {
  #context = null;

  get muted() {
    return localStorage.getItem(MUTED) === "yes";
  }

  toggle() {
    localStorage.setItem(MUTED, this.muted ? "no" : "yes");
    if (!this.muted) this.play("welcome");
  }

  // Browsers allow sound only after a person touched the page; call this from a click.
  wake() {
    this.#context ??= new AudioContext();
    this.#context.resume();
  }

  play(cue) {
    if (this.muted) return;
    this.wake();
    CUES[cue].forEach((pitch, number) => this.#tone(pitch, this.#context.currentTime + number * 0.16));
  }

  #tone(pitch, at) {
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 0.32);
  }
}
