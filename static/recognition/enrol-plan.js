// Which photo comes next, when one is taken by itself, and what is said of those that were saved. Nothing here touches the page.
//
// `photos`, by step: a blob; null while it is still to be taken; undefined for what was saved before and is not asked for again.

import { count, fill } from "../shared/words.js";

const HOLD = 500; // ms for which the server must be content

// The first step without a photo; null when all are taken.
export function nextStep(photos) {
  const free = photos.findIndex((photo) => photo === null);
  return free === -1 ? null : free;
}

// How long the server has been content, in a row.
export class Steady {
  #since = null;

  reset() { this.#since = null; }

  // `asked`, `now`: ms. Whether the picture that was asked about may be taken.
  heard(ready, asked, now) {
    if (!ready) this.#since = null;
    else this.#since ??= asked;
    return ready && this.#since !== asked && now - this.#since >= HOLD;
  }
}

export const saveLabel = (number, saving, words) => (saving ? words.saving : number === 0 ? words.save : count(words.save_many, number));

// Of the purposes, {label, kept, enough}, the one that lacks most photos; null when none lacks any.
export function fewWords(purposes, taken, words) {
  const missing = ({ kept, enough }) => enough - kept - taken;
  const worst = [...purposes].sort((one, other) => missing(other) - missing(one))[0];
  if (!worst || missing(worst) <= 0) return null;
  return fill(words.few, { purpose: worst.label, enough: worst.enough, missing: missing(worst) });
}

// What was saved: {title, refused: [step], notes: [{tone, text, code}]}. `sent`: the step of each verdict.
export function resultOf({ accepted, verdicts, warnings }, sent, titles, words) {
  const refused = verdicts.map((verdict, place) => ({ ...verdict, step: sent[place] })).filter((one) => !one.accepted);
  const notes = refused.map(({ step, reason }) => ({ tone: "error", text: fill(words.refused, { title: titles[step], reason }) }));
  notes.push(...warnings.map(({ message, code }) => ({ tone: "warning", text: message, code })));
  const title = accepted === 0 ? words.kept_none : count(words.kept, accepted);
  return { title, refused: refused.map(({ step }) => step), notes };
}
