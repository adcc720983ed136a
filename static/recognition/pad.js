// Large keys for a screen without a keyboard. They type into the field that was used last and never take its focus.

export class Pad {
  #pad; #fields; #field;

  constructor(pad, { fields }) {
    [this.#pad, this.#fields, this.#field] = [pad, fields, fields[0]];
    for (const kind of ["focus", "pointerdown"]) for (const field of fields) field.addEventListener(kind, () => { this.#field = field; });
    pad.addEventListener("pointerdown", (event) => event.preventDefault());
    pad.addEventListener("click", (event) => this.#pressed(event.target.closest("button")));
  }

  reset() {
    this.#field = this.#fields[0];
    this.#pad.dataset.layout = "digits";
  }

  #pressed(key) {
    if (!key) return;
    if ("layoutKey" in key.dataset) this.#pad.dataset.layout = this.#pad.dataset.layout === "digits" ? "letters" : "digits";
    else if ("back" in key.dataset) this.#write(this.#field.value.slice(0, -1));
    else if (this.#field.value.length < this.#field.maxLength) this.#write(this.#field.value + key.dataset.key);
    this.#field.focus();
  }

  #write(text) {
    this.#field.value = text;
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
