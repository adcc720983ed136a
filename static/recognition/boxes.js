// Boxes and names over a picture. State is told by line style and mark, not by colour alone.

const LOOK = {
  looking: { colour: "#e9eeec", dash: [10, 8], mark: "" },
  recognised: { colour: "#84d8a5", dash: [], mark: "✓ " },
  unknown: { colour: "#f0c36a", dash: [3, 5], mark: "? " },
  picture: { colour: "#f0c36a", dash: [3, 5], mark: "? " }, // no one is named, and how it was found out is not said
};

// Where a picture of `size` lands in an area: fitted whole, so that no head is cut off, or filling it, cut off at its sides.
export function placed(size, area, { fills = false } = {}) {
  const scale = (fills ? Math.max : Math.min)(area.width / size[0], area.height / size[1]);
  return { scale, left: (area.width - size[0] * scale) / 2, top: (area.height - size[1] * scale) / 2, area };
}

export function drawFaces(context, faces, place, { mirroredWidth = 0, unknownLabel = "" } = {}) {
  for (const face of faces) {
    const [x, y, w, h] = face.box;
    const width = w * place.scale;
    let left = place.left + x * place.scale;
    if (mirroredWidth) left = mirroredWidth - left - width;
    const box = { left, top: place.top + y * place.scale, width, height: h * place.scale };
    const look = LOOK[face.state] ?? LOOK.looking;
    frame(context, box, look);
    const words = face.label ?? (["unknown", "picture"].includes(face.state) ? unknownLabel : "");
    if (words) label(context, box, look, look.mark + words, place.area);
  }
}

function frame(context, box, look) {
  context.lineWidth = Math.max(3, box.width / 60);
  context.setLineDash(look.dash);
  context.strokeStyle = "#000a";
  context.strokeRect(box.left - 1, box.top - 1, box.width + 2, box.height + 2);
  context.strokeStyle = look.colour;
  context.strokeRect(box.left, box.top, box.width, box.height);
  context.setLineDash([]);
}

function label(context, box, look, words, area) {
  const size = Math.round(Math.min(40, Math.max(16, box.width / 7)));
  context.font = `600 ${size}px system-ui, sans-serif`;
  words = shortened(context, words, Math.max(box.width * 1.6, size * 9));
  const width = context.measureText(words).width + size;
  const height = size * 1.5;
  const left = Math.min(Math.max(0, box.left), Math.max(0, area.width - width));
  const below = box.top + box.height + 4;
  const top = below + height <= area.height ? below : box.top - height - 4;
  context.fillStyle = "#0b1012e6";
  context.fillRect(left, top, width, height);
  context.fillStyle = look.colour;
  context.textBaseline = "middle";
  context.fillText(words, left + size / 2, top + height / 2 + 1);
}

// Neighbours have names too: a long one ends in dots here, and stands in full below the picture.
function shortened(context, words, most) {
  if (context.measureText(words).width <= most) return words;
  while (words.length > 1 && context.measureText(`${words}…`).width > most) words = words.slice(0, -1);
  return `${words.trimEnd()}…`;
}

// A canvas whose pixels follow the screen's, ready to draw on in CSS pixels.
export function cleared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth, clientHeight } = canvas;
  if (canvas.width !== Math.round(clientWidth * ratio) || canvas.height !== Math.round(clientHeight * ratio)) {
    canvas.width = Math.round(clientWidth * ratio);
    canvas.height = Math.round(clientHeight * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  return context;
}
