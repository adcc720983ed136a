// A barcode scanner is a keyboard that types very fast and ends with Enter. Wherever the focus is, that is a card.

const SLOWEST = 60; // ms between two letters of a scanner; no hand is that fast for so long
const SHORTEST = 4; // letters

export class Wedge extends EventTarget {
  // Event "scan", detail: the text. Call it once for each page.
  #text = ""; #at = 0; #field = null; #before = "";

  constructor(target = document) {
    super();
    target.addEventListener("keydown", (event) => this.#heard(event), { capture: true });
  }

  #heard(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const fast = event.timeStamp - this.#at <= SLOWEST;
    if (event.key === "Enter") return this.#ended(event, fast);
    if (event.key.length !== 1) return;
    if (!fast || !this.#text) this.#begin(event.target);
    this.#text += event.key;
    this.#at = event.timeStamp;
  }

  #begin(field) {
    this.#text = "";
    this.#field = "value" in field ? field : null;
    this.#before = this.#field?.value ?? "";
  }

  #ended(event, fast) {
    const text = this.#text.trim();
    this.#text = "";
    if (!fast || text.length < SHORTEST) return;
    event.preventDefault(); // Enter presses no button
    event.stopPropagation();
    if (this.#field) this.#field.value = this.#before; // what the scanner typed was not meant for this field
    this.dispatchEvent(new CustomEvent("scan", { detail: text }));
  }
}
