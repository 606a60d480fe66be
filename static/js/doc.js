// Pictures of documents: larger, smaller, turned. Larger than its frame, a picture scrolls with the arrow keys.
const steps = [1, 1.5, 2, 3, 4];
const state = new WeakMap();

// The picture is fitted to its frame as it lies, then enlarged. A turn changes what is seen but not the room the browser
// gives the picture: the margins make up the difference, so that every corner can be scrolled to.
function draw(image, s) {
  const frame = image.closest("[data-doc-frame]");
  const turned = s.turn % 2 === 1;
  const [wide, high] = [image.naturalWidth || 3, image.naturalHeight || 2];
  const fit = Math.min(frame.clientWidth / (turned ? high : wide), frame.clientHeight / (turned ? wide : high));
  const [w, h] = [wide * fit * steps[s.zoom], high * fit * steps[s.zoom]];
  const lean = turned ? (w - h) / 2 : 0;
  Object.assign(image.style, { inlineSize: `${w}px`, blockSize: `${h}px`, rotate: `${s.turn * 90}deg`, marginBlock: `${lean}px`, marginInline: `${-lean}px` });
  frame.scrollTo((frame.scrollWidth - frame.clientWidth) / 2, (frame.scrollHeight - frame.clientHeight) / 2);
}

document.addEventListener("click", (e) => {
  const tool = e.target.closest("[data-doc-tool]");
  const image = tool?.closest("[data-doc]").querySelector("[data-doc-image]");
  if (!image) return;
  const s = state.get(image) || { zoom: 0, turn: 0 };
  const does = tool.dataset.docTool;
  if (does === "in") s.zoom = Math.min(s.zoom + 1, steps.length - 1);
  if (does === "out") s.zoom = Math.max(s.zoom - 1, 0);
  if (does === "turn") s.turn = (s.turn + 1) % 4;
  state.set(image, s);
  draw(image, s);
  const words = does === "turn" ? `Turned to ${s.turn * 90} degrees` : `${steps[s.zoom] * 100} percent`;
  document.dispatchEvent(new CustomEvent("desk:say", { detail: words }));
});
