// The one thing that the kiosk says now, from what it knows. Nothing here touches the page.

import { count, fill } from "../shared/words.js";

const NAMED = 3; // people named at a time; of the others only how many
const QUIET_STATES = ["looking", "nobody_enrolled", "unknown", "picture"]; // less true than that nothing goes on here

// What the kiosk knows: camera, line, note, seen, names, said, namesUntil, trouble, troubleUntil, as kiosk.js explains.
// Gives [state, words, button]; `button` names what it does: "camera", "connect", "pair", or is absent.
export function present(now, words, { moment, hidden, own = null }) {
  const greeting = moment < now.namesUntil;
  if (own) return [...own];
  if (now.trouble && moment < now.troubleUntil) return ["trouble", now.trouble];
  // A card is welcomed whether or not the camera works.
  if (greeting && (now.camera !== "open" || now.line !== "open")) return ["recognised", welcome(now.names, now.said, words)];
  if (now.camera !== "open") return [now.camera, words.states[now.camera], cameraButton(now.camera)];
  if (hidden) return ["paused", words.states.paused];
  if (now.line !== "open") return [now.line, words.states[now.line], lineButton(now.line)];
  const names = namesInView(now.seen);
  if (names.length) return ["recognised", welcome(names, now.said, words)];
  if (greeting) return ["recognised", welcome(now.names, now.said, words)];
  return whatIsSeen(now, words);
}

function whatIsSeen(now, words) {
  const state = seenState(now);
  if (state === "idle") return [state, { ...words.states.idle, note: now.note.title && doing(now.note, words) }];
  return [state, words.states[state] ?? words.states.looking];
}

export function seenState({ note, seen: { state, hint, faces } }) {
  if (note.idle && QUIET_STATES.includes(state)) return "idle";
  if (state === "unknown" && hint) return hint; // a mask, for example: the person may yet be recognised without it
  if (state !== "looking") return state;
  return hint ?? (faces.length ? "checking" : "looking");
}

export const doing = (note, words) => (note.title ? fill(words.doing, note) : note.text);

export const namesInView = (seen) => seen.faces.filter((face) => face.state === "recognised" && face.label).map((face) => face.label);

// The note belongs under one name, or under several that share it.
export function welcome(names, said, words) {
  const notes = new Set(names.map((name) => said.get(name) ?? ""));
  return { ...words.recognised, name: listed(names, words), note: notes.size === 1 ? [...notes][0] : "" };
}

export function listed(names, words) {
  if (names.length > NAMED) return count(words.others, names.length - NAMED, { names: names.slice(0, NAMED).join(", ") });
  return names.length < 2 ? names.join("") : fill(words.and, { names: names.slice(0, -1).join(", "), name: names.at(-1) });
}

export const retryWords = (seconds, words) => (seconds > 0 ? fill(words.retry_in, { seconds }) : words.retry_now);

function cameraButton(camera) {
  return camera === "camera_starting" || camera === "camera_insecure" ? undefined : "camera";
}

function lineButton(line) {
  if (line === "revoked" || line === "not_paired") return "pair";
  return ["connecting", "lost", "station_off"].includes(line) ? undefined : "connect";
}
