// What people press is sent one after the other: a tap waits for its turn, and none is lost because another is under way.

export class Turns {
  #last = Promise.resolve(); #asked = new Map(); #round = 0;

  // The same press once more, before the first is answered, says nothing new: it gets the same answer.
  take(press, act) {
    if (!this.#asked.has(press)) this.#asked.set(press, this.#inTurn(press, act));
    return this.#asked.get(press);
  }

  // What still waits was meant for what is over now: its answer is undefined.
  over() {
    this.#round += 1;
    this.#asked.clear();
  }

  #inTurn(press, act) {
    const round = this.#round;
    const done = this.#last.then(() => (round === this.#round ? act() : undefined));
    this.#last = done.catch(() => {}).then(() => { if (round === this.#round) this.#asked.delete(press); });
    return done;
  }
}
