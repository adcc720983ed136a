// What the board says and whom it shows, from what the server told. Nothing here touches the page.

import { hourAndMinute } from "../shared/times.js";
import { fill } from "../shared/words.js";

const ORDER = ["expected", "unverified", "absent", "late", "left_early", "present", "excused"]; // who is missing comes first
const LONG = 120; // min, from which hours are told too

// `elapsed`: s since the server told `seconds_left`.
export function timeWords(session, elapsed, words) {
  if (session.state === "planned") return fill(words.begins, { time: hourAndMinute(session.starts_at) });
  if (session.state === "cancelled") return words.cancelled;
  if (session.state === "closed") return fill(words.closed, { time: hourAndMinute(session.ends_at) });
  const minutes = Math.ceil(Math.max(0, session.seconds_left - elapsed) / 60);
  if (!minutes) return words.over;
  if (minutes < LONG) return fill(words.left, { minutes });
  return fill(words.long_left, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

// [words, tone, icon]
export function cameraWords(session, hasStations, words) {
  if (session.state !== "open") return ["", "", "#icon-eye"];
  if (!hasStations) return [words.no_camera, "", "#icon-blind"];
  if (session.seeing) return [words.seeing, "success", "#icon-eye"];
  if (!session.watched_until) return [words.never_seen, "error", "#icon-blind"];
  return [fill(words.blind, { time: hourAndMinute(session.watched_until) }), "error", "#icon-blind"];
}

// Those whose name or group holds every word that is searched for.
export function wanted(people, { status, search, sort }) {
  const terms = search.toLocaleLowerCase().split(/\s+/);
  const holds = ({ name, group }) => terms.every((term) => `${name} ${group}`.toLocaleLowerCase().includes(term));
  const shown = people.filter((person) => (!status || person.status === status) && holds(person));
  if (sort === "status") shown.sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  return shown;
}

// {title, more} where no one is shown.
export function nobodyWords(session, anybody, words) {
  if (anybody) return { title: words.nobody_fits, more: "" };
  if (session.state === "planned") return { title: timeWords(session, 0, words), more: words.planned_more };
  return { title: words.nobody, more: words.nobody_more };
}

export function tileWords(person, words) {
  const minute = (at) => (at ? hourAndMinute(at) : "");
  const [first, last] = [minute(person.first_seen), minute(person.last_seen)];
  return {
    label: person.corrected ? fill(words.corrected, person) : person.label,
    first,
    last: first === last ? "" : `–${last}`,
    sure: first && person.sureness ? ` · ${person.sureness}` : "",
    title: [person.name, person.label, first, person.note].filter(Boolean).join(" · "),
  };
}
