// How large the board's letters may be so that everyone fits on the screen without scrolling. On a phone the list scrolls.

const LARGEST = 30; // px
const SMALLEST = 9.5;
const READABLE = 17; // px, where the list may scroll: a phone, or hundreds of people on a small screen
const FULL = { width: 16, height: 4, gap: 0.5 }; // em, as in board.css
const DENSE = { width: 12, height: 2.1, gap: 0.3 };
const DENSE_BELOW = 14; // px: smaller letters in two lines are of no use

export function fit(list) {
  const number = list.children.length;
  const place = { width: list.clientWidth, height: window.innerHeight - list.getBoundingClientRect().top - window.scrollY - 16 };
  const full = largest(number, place, FULL, DENSE_BELOW);
  const dense = full === null && window.innerWidth >= 1000 ? largest(number, place, DENSE, SMALLEST) : null;
  list.toggleAttribute("data-dense", dense !== null);
  list.style.setProperty("--board-size", `${window.innerWidth < 640 ? READABLE : full ?? dense ?? READABLE}px`);
}

function largest(number, place, tile, least) {
  for (let size = LARGEST; size >= least; size -= 0.5) if (fits(number, place, tile, size)) return size;
  return null;
}

function fits(number, place, tile, size) {
  const [width, height, gap] = [tile.width * size, tile.height * size, tile.gap * size];
  const columns = Math.floor((place.width + gap) / (width + gap));
  return columns > 0 && Math.ceil(number / columns) * (height + gap) - gap <= place.height;
}
