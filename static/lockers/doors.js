// How a door looks, wherever it is drawn.

export function stands(item, { state, use, ringing }) {
  item.dataset.state = state;
  item.dataset.use = use;
  item.toggleAttribute("data-ringing", ringing);
  item.querySelector(".door-state use").setAttribute("href", `#door-${state}`);
}
