// The search dialog: "/" or Ctrl-K opens it from anywhere, what is typed is looked up at once, the arrows walk through it.

import { walk } from "./search-plan.js";

const PAUSE = 150; // ms after the last letter
const dialog = document.getElementById("search-dialog");
const form = dialog.querySelector("form");
const field = dialog.querySelector("input[type=search]");
const found = document.getElementById("search-found");
let timer = 0;
let asked; // the request under way

function open(event) {
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
  field.select();
}

const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

document.getElementById("search-open").addEventListener("click", open);
document.addEventListener("keydown", (event) => {
  const isCommand = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const isSlash = event.key === "/" && !event.ctrlKey && !event.altKey && !isTyping(event.target);
  if (isCommand || (isSlash && !document.querySelector("dialog[open]"))) open(event);
});

async function ask() {
  asked?.abort();
  if (!field.value.trim()) return found.replaceChildren();
  asked = new AbortController();
  const address = new URL(form.action);
  address.search = new URLSearchParams({ q: field.value, part: "1" });
  try {
    const answer = await fetch(address, { signal: asked.signal, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.replaceChildren(...part.body.childNodes);
  } catch (error) {
    if (error.name !== "AbortError") found.textContent = dialog.dataset.failed;
  }
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});

// From the field into the list and along it.
dialog.addEventListener("keydown", (event) => {
  const places = [field, ...found.querySelectorAll("a.hit")];
  const next = walk(event.key, places.indexOf(document.activeElement), places.length);
  if (next === null) return;
  event.preventDefault();
  places[next].focus();
});

// A click beside the box closes it, as Escape does.
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
