// The one sentence that the kiosk says at a time: icon, title, name, note, and perhaps a button.

const byId = (id) => document.getElementById(id);

// Long names, or many, are set smaller, so that the picture above them stays.
const lengthOf = (text) => (text.length > 48 ? "long" : text.length > 20 ? "medium" : "short");

export class Banner {
  #shown = "";

  constructor(stage) {
    this.stage = stage;
    this.parts = Object.fromEntries(
      ["state-icon", "state-title", "state-name", "state-note", "countdown", "action"].map((id) => [id, byId(id)]),
    );
    this.parts.action.addEventListener("click", () => this.onAction?.());
  }

  // `words` = {tone, icon, title, note, name?}. Unchanged words are not written again: a screen reader
  // speaks a live region whenever it is written.
  show(state, words, { action = null, onAction = null } = {}) {
    this.onAction = onAction;
    const key = JSON.stringify([state, words, action]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.stage.dataset.state = state;
    this.stage.dataset.tone = words.tone;
    this.parts["state-icon"].setAttribute("href", `#icon-${words.icon}`);
    this.#write("state-title", words.title);
    this.#write("state-name", words.name ?? "");
    this.parts["state-name"].dataset.length = lengthOf(words.name ?? "");
    this.#write("state-note", words.note ?? "");
    this.#write("action", action ?? "");
    this.countdown("");
  }

  countdown(text) {
    this.parts.countdown.textContent = text;
    this.parts.countdown.hidden = text === "";
  }

  #write(id, text) {
    this.parts[id].textContent = text;
    this.parts[id].hidden = text === "";
  }
}
