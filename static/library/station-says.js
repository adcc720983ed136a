// What a library's station says, from what the server told. Nothing here touches the page.

import { count, fill } from "../shared/words.js";

const QUIET = ["quiet", { tone: "", icon: "", title: "", note: "" }];

// What the lower band says: [state, words], or null where the camera knows better. The screen says one thing at a time: what
// stands above is not said again below, nor anything of another person in view. Anyone who has finished goes through, waits or
// asks, as long as they are in view. `left`: {name, good, words} of who has finished last.
export function bandWords({ kind, state, names, left, alarm, refusal, scanned }, words) {
  const there = left && (state === "end" || (state === "empty" && names.length > 0 && names.every((name) => name === left.name)));
  if (alarm) return QUIET; // it says itself what to do
  if (there) return [left.good ? "recognised" : "trouble", left.words];
  if (state === "end") return QUIET;
  if (state !== "basket" || kind !== "exit") return null;
  if (refusal) return QUIET;
  return ["basket", { tone: "", icon: "card", title: scanned ? words.scan_or_finish : words.scan_books, note: "" }];
}

export const booksWords = (number, words) => (number === 0 ? words.no_books : count(words.books, number));

// Someone has finished at an exit: what the screen ends with. `alarm`: the gate's tags ring, which says enough.
export function finishedWords({ name, number, books, allowed, message, gate }, alarm, words) {
  const good = allowed && !gate.startsWith("failed");
  if (!allowed) return { good, verdict: words.not_out, note: alarm ? "" : message, pass: "" };
  const opened = gate === "waits" ? words.gate_asks : words.gate_open;
  const taken = books ? count(words.on_account, books) : words.nothing_taken;
  return { good, verdict: good ? opened : words.gate_failed, note: `${name}: ${taken}`, pass: fill(words.pass, { number }) };
}

// Someone has come to an entry.
export function visitWords({ name, allowed, message, gate = "" }, words) {
  const shut = allowed && gate.startsWith("failed");
  const verdict = allowed ? fill(words.welcome, { name }) : words.no_entry;
  const note = shut ? words.gate_failed : allowed ? "" : message;
  return { good: allowed && !shut, verdict, note, pass: "", quiet: !shut }; // the greeting has its own sound
}

export const parkedWords = ({ name, books }, words) =>
  ({ good: true, quiet: true, verdict: words.parked, note: count(words.parked_books, books, { name }), pass: "" });
