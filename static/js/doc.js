// Pictures of documents: larger, smaller, turned. Larger than its frame, a picture scrolls with the arrow keys.
const steps = [1, 1.5, 2, 3, 4];
const state = new WeakMap();

function draw(image, s) {
  const turned = s.turn % 2 === 1;
  const frame = image.closest("[data-doc-frame]");
  // A quarter turn swaps the sides, so the picture is fitted to the other side of the frame.
  const fit = turned ? Math.min(frame.clientHeight / frame.clientWidth, 1) : 1;
  image.style.inlineSize = image.style.blockSize = `${steps[s.zoom] * 100}%`;
  image.style.rotate = `${s.turn * 90}deg`;
  image.style.scale = String(fit);
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
