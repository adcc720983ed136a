// Keys on the screen for a page's own fields. They come with a tap on a field, stay below it, and go as soon as a real
// key is pressed. On a phone there are keys already.

const PHONE = "(max-width: 30rem)";

export class Keyboard {
  #box; #field = null;

  constructor(box, fields) {
    this.#box = box;
    for (const field of fields) {
      if (!matchMedia(PHONE).matches) field.inputMode = "none"; // the system's own keys would cover ours
      field.addEventListener("click", () => this.#open(field)); // not before: the rest of the tap would meet a key
      field.addEventListener("focus", () => { if (!box.hidden) this.#open(field); });
    }
    box.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    box.addEventListener("click", (event) => this.#pressed(event.target.closest("button")));
    document.addEventListener("keydown", (event) => { if (event.isTrusted && event.key.length === 1) this.close(); }, { capture: true });
    document.addEventListener("focusin", (event) => { if (!fields.includes(event.target) && !box.contains(event.target)) this.close(); });
  }

  close() {
    this.#box.hidden = true;
  }

  #open(field) {
    if (matchMedia(PHONE).matches) return;
    this.#field = field;
    this.#box.hidden = false;
    field.scrollIntoView({ block: "nearest" });
  }

  #pressed(key) {
    if (!key || !this.#field) return;
    if ("hides" in key.dataset) return this.close();
    if ("enters" in key.dataset) return this.#enter();
    const { value, maxLength } = this.#field;
    if ("back" in key.dataset) this.#write(value.slice(0, -1));
    else if (maxLength < 0 || value.length < maxLength) this.#write(value + key.dataset.key);
    this.#field.focus();
  }

  #write(text) {
    this.#field.value = text;
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #enter() {
    this.close();
    this.#field.form?.requestSubmit();
  }
}

// Pads that are always there go too while real keys are used, and come back with a touch.
export function hidePadsForRealKeys(root = document.documentElement) {
  document.addEventListener("keydown", (event) => { if (event.isTrusted && event.key.length === 1) root.dataset.typed = ""; }, { capture: true });
  document.addEventListener("pointerdown", () => delete root.dataset.typed, { capture: true });
}
