// What a locker station says, from what the server told. Nothing here touches the page.

import { fill } from "../shared/words.js";

const AWAY = 8_000; // ms without a person, after which the screen forgets who was here
const AWAY_UNSEEN = 30_000; // the same where there is no picture, and only touches tell
const CANCELLED = ["named", "terms", "keypad", "officer"]; // the server is told that no one goes on with these
const PERSONAL = ["idle", "end", ...CANCELLED]; // a challenge, an officer's call end by themselves

// What becomes of a phase when no one has been seen for `away` ms: "cancel", "idle", or null while it may stay.
export function whenLeft(phase, away, sees) {
  if (!PERSONAL.includes(phase) || away < (sees ? AWAY : AWAY_UNSEEN)) return null;
  return CANCELLED.includes(phase) ? "cancel" : "idle";
}

// Whether what was refused is only a matter of seconds, so that the screen asks again by itself.
export const comesByItself = ({ code }, waited, most) => code === "face_starting" && waited < most;

// {title, note} once someone has said who they are.
export function namedWords({ lockers, officer }, words) {
  const title = lockers.length === 1 ? fill(words.locker, lockers[0]) : words.your_lockers;
  const warnings = [...new Set(lockers.map((locker) => locker.warning).filter(Boolean))];
  return { title, note: [...warnings, officer ? words.officer_next : words.face_next].join(" ") };
}

// What a step of the challenge asks for: straight ahead before the first and after the last, unless there is a hint.
export function askedWords({ state, words: asked, hint }, words) {
  if (hint) return asked;
  return { opening: words.get_ready, closing: words.almost }[state] ?? asked;
}

// How a door answered: {good, title, note, stays}; what stays is asked for again until the door has moved on.
export function doorWords({ locker, state, message, turned, until }, words) {
  const says = (title, note, stays) => ({ good: true, title: fill(title, locker), note, stays });
  if (turned) return says(words.turned, fill(words.turned_note, { time: until.slice(11, 16) }), false);
  if (state === "requested") return says(words.approval, message, true);
  if (state === "authorised") return says(words.unlocking, "", true);
  if (state === "opened") return says(words.opened, words.opened_note, true);
  if (state === "closed") return says(words.closed, words.closed_note, false);
  return { good: false, title: fill(words.not_opened, locker), note: message, stays: false };
}

// What a field holds after a key of the pad; null takes the last sign away.
export const afterKey = (value, letter, most) => (letter === null ? value.slice(0, -1) : `${value}${letter}`.slice(0, most));
