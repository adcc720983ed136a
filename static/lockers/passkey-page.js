// The pages on which a passkey is added (`data-does="add"`) or used on a phone (`data-does="prove"`).

import { minutesAndSeconds, secondsUntil } from "../shared/times.js";
import { fill, read } from "../shared/words.js";
import { able, ask, create, get, why } from "./passkey.js";

const form = document.getElementById("passkey");
if (form) start();

function start() {
  const words = read("passkey-words");
  const { does, options, answer } = form.dataset;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const button = form.querySelector("button");
  if (!able()) return say(words.unable);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      await run();
    } catch (error) {
      if (error.code === "terms_asked") showTerms(error.details.terms);
      else say(why(error, words));
    }
    button.disabled = false;
  });

  async function run() {
    const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
    const asked = await ask(options, token, fields, words);
    const made = does === "add" ? await create(asked) : await get(asked);
    const told = await ask(answer, token, { name: fields.name ?? "", answer: JSON.stringify(made) }, words);
    if (told.next) location.assign(told.next);
    else if (does === "add") end(told.done);
    else showKey(told);
  }

  function say(text) {
    const place = document.getElementById("passkey-refusal");
    place.textContent = text;
    place.hidden = !text;
  }

  function end(text) {
    form.hidden = true;
    const place = document.getElementById("passkey-done");
    place.textContent = text;
    place.hidden = false;
    place.focus();
  }

  // The terms of the bank, before the key.
  function showTerms(terms) {
    form.hidden = true;
    const box = document.getElementById("passkey-terms");
    document.getElementById("passkey-terms-text").textContent = terms.text;
    const note = terms.may_wait ? words.terms_wait : words.terms_now;
    document.getElementById("passkey-terms-note").textContent = fill(note, terms);
    for (const choice of box.querySelectorAll("[data-said]")) {
      choice.hidden = choice.dataset.said === "later" && !terms.may_wait;
      choice.onclick = () => answerTerms(box, choice.dataset.said);
    }
    box.hidden = false;
    box.focus();
  }

  async function answerTerms(box, said) {
    say("");
    for (const choice of box.querySelectorAll("button")) choice.disabled = true;
    try {
      const told = await ask(form.dataset.terms, token, { answer: said }, words);
      box.hidden = true;
      showKey(told);
    } catch (error) {
      say(why(error, words));
    }
    for (const choice of box.querySelectorAll("button")) choice.disabled = false;
  }

  function showKey({ code, seconds }) {
    form.hidden = true;
    const box = document.getElementById("passkey-key");
    box.hidden = false;
    document.getElementById("passkey-code").textContent = code;
    box.focus();
    const until = performance.now() + 1000 * seconds;
    count();

    function count() {
      const left = secondsUntil(until, performance.now());
      const { minutes, seconds: rest } = minutesAndSeconds(left);
      document.getElementById("passkey-left").textContent = `${minutes}:${rest}`;
      if (left) setTimeout(count, 250);
      else [box.hidden, document.getElementById("passkey-over").hidden] = [true, false];
    }
  }
}
