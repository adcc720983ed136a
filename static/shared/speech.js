// Reads aloud what the page says, where a person has asked for it; this browser remembers that.

const SPOKEN = "ostiary.speech";
const PAUSE = 250; // ms: several lines that change at once are one message

export class Speech {
  #timer = 0; #last = "";

  // `places`: elements whose text is a message while it is shown.
  constructor(places) {
    if (!this.possible) return;
    const observer = new MutationObserver((changes) => this.#changed(changes.map((change) => change.target)));
    for (const place of places) observer.observe(place, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
    this.places = places;
  }

  get possible() {
    return "speechSynthesis" in window;
  }

  get on() {
    return localStorage.getItem(SPOKEN) === "yes";
  }

  toggle() {
    localStorage.setItem(SPOKEN, this.on ? "no" : "yes");
    this.#last = "";
    if (this.on) this.#say(this.places.map(words).filter(Boolean).join(" "));
    else speechSynthesis.cancel();
  }

  #changed(targets) {
    if (!this.on) return;
    clearTimeout(this.#timer);
    const changed = this.places.filter((place) => targets.some((target) => place.contains(target)));
    this.#timer = setTimeout(() => this.#say(changed.map(words).filter(Boolean).join(" ")), PAUSE);
  }

  #say(text) {
    if (!text || text === this.#last) return;
    this.#last = text;
    speechSynthesis.cancel(); // one message at a time, the newest
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { lang: document.documentElement.lang }));
  }
}

// What is shown of an element, line by line as sentences.
function words(place) {
  if (!place.checkVisibility?.()) return "";
  return place.innerText.split("\n").map((line) => line.trim()).filter(Boolean).join(". ");
}
