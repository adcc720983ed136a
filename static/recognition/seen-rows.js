// Who was seen last, as rows of a list: when, and by what name. Someone without one is a stranger, or what was noticed of a picture.

import { hourAndMinute } from "../shared/times.js";

export const nameOf = (event, words) => event.name ?? (event.kind === "suspicion" ? event.note : words.stranger);

export function showSeen(list, events, words) {
  const nobody = () => Object.assign(document.createElement("li"), { textContent: words.nobody, className: "muted" });
  list.replaceChildren(...(events.length ? events.map((event) => row(event, words)) : [nobody()]));
}

function row(event, words) {
  const item = document.createElement("li");
  const time = { dateTime: event.at, textContent: hourAndMinute(event.at), className: "num muted" };
  item.append(Object.assign(document.createElement("time"), time), ` ${nameOf(event, words)}`);
  if (event.kind === "suspicion") item.className = "suspected";
  return item;
}
