// The desk's return screen: scans are queued in the order in which they were read and sent one after the other, so that
// none is lost while a request runs, the network is away, or the page is loaded again.

import { Sound } from "../shared/sound.js";
import { fill, read } from "../shared/words.js";

const WAITING = "ostiary.returns.waiting"; // of this tab: [{barcode, nonce}], never a name
const VOICE = "ostiary.returns.voice"; // of this browser
const PATIENCE = 20_000; // ms for one answer
const LONGEST_WAIT = 10_000; // ms between two tries

const byId = (id) => document.getElementById(id);
const words = read("return-words");
const form = byId("return-form");
const field = byId("return-barcode");
const voice = byId("return-voice");
const sound = new Sound();
let waiting = JSON.parse(sessionStorage.getItem(WAITING) ?? "[]");
let running = false;

// --- reading ---------------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const barcode = field.value.trim();
  field.value = "";
  if (barcode) queue(barcode);
});

// The field has the focus, whatever was pressed before: a scanner types into it from anywhere on the page.
document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ";
  if (!busy && !event.target.closest("input, textarea, select")) field.focus();
}, { capture: true });

function queue(barcode) {
  keep([...waiting, { barcode, nonce: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` }]);
  work();
}

function keep(scans) {
  waiting = scans;
  sessionStorage.setItem(WAITING, JSON.stringify(waiting));
  byId("return-waiting").textContent = waiting.length > 1 ? fill(words.waiting, { number: waiting.length }) : "";
}

// --- sending ---------------------------------------------------------------------------------------

async function work() {
  if (running) return;
  running = true;
  for (let wait = 500; waiting.length; ) {
    const told = await send(waiting[0]);
    if (told === "stop") break;
    if (told) {
      keep(waiting.slice(1));
      show(told);
      wait = 500;
    } else {
      trouble(words.offline);
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }
  running = false;
}

// What the server tells of a scan; null to try again, "stop" when only a person can help.
async function send({ barcode, nonce }) {
  const body = new FormData(form);
  body.set("barcode", barcode);
  body.set("nonce", nonce);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return await answer.json();
    if (answer.type !== "opaqueredirect" && answer.status !== 403) return null;
    trouble(words.signed_out);
    return "stop";
  } catch {
    return null;
  }
}

// --- showing ---------------------------------------------------------------------------------------

function show({ html, said, tone }) {
  byId("return-trouble").hidden = true;
  byId("return-empty").hidden = true;
  byId("return-rows").insertAdjacentHTML("afterbegin", html);
  byId("return-count").textContent = byId("return-rows").children.length;
  byId("return-said").textContent = said;
  aloud(said, tone);
}

function trouble(sentence) {
  const place = byId("return-trouble");
  if (place.hidden || place.textContent !== sentence) sound.play("trouble");
  place.textContent = sentence;
  place.hidden = false;
}

// --- aloud -----------------------------------------------------------------------------------------

function aloud(said, tone) {
  if (voice.value === "silent") return;
  const mute = !window.speechSynthesis?.getVoices().length; // a machine without voices: a tone is better than nothing
  if (voice.value === "tone" || mute) return sound.play(tone === "fault" || tone === "hold" ? "trouble" : "welcome");
  speechSynthesis.cancel(); // the newest book is the one in the hand
  const sentence = new SpeechSynthesisUtterance(said);
  sentence.lang = document.documentElement.lang;
  sentence.addEventListener("error", ({ error }) => { if (!["canceled", "interrupted"].includes(error)) sound.play("welcome"); });
  speechSynthesis.speak(sentence);
}

window.speechSynthesis?.getVoices(); // some browsers load them with the first question
voice.value = localStorage.getItem(VOICE) ?? "speech";
voice.addEventListener("change", () => {
  localStorage.setItem(VOICE, voice.value);
  field.focus();
});

keep(waiting);
field.focus();
work();
form.dataset.ready = ""; // from here on scans are queued; before, the form sends one by itself
