// Selecting rows: the box in the head, the count in the bar, a stretch of rows with Shift.
let last = null;

const boxes = (from) => [...(from.closest(".card, main") || document).querySelectorAll("[data-select]")];

function count(bar) {
  const all = boxes(bar);
  const on = all.filter((b) => b.checked).length;
  bar.dataset.count = on;
  const text = bar.querySelector("[data-bulk-count]");
  if (text) text.textContent = `${on} selected`;
  const head = (bar.closest(".card, main") || document).querySelector("[data-select-all]");
  if (head) {
    head.checked = on > 0 && on === all.length;
    head.indeterminate = on > 0 && on < all.length;
  }
}

const countAll = () => document.querySelectorAll("[data-bulk]").forEach(count);

document.addEventListener("click", (e) => {
  const box = e.target;
  if (box.matches?.("[data-select]")) {
    const all = boxes(box);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (e.shiftKey && from >= 0) all.slice(from, to + 1).forEach((b) => { b.checked = box.checked; });
    last = box;
  } else if (box.matches?.("[data-select-all]")) {
    boxes(box).forEach((b) => { b.checked = box.checked; });
  } else if (box.closest?.("[data-select-none]")) {
    boxes(box).forEach((b) => { b.checked = false; });
  } else {
    return;
  }
  countAll();
});

document.addEventListener("change", (e) => { if (e.target.matches("[data-select]")) countAll(); });
document.addEventListener("htmx:after:swap", countAll);
addEventListener("pageshow", countAll);
countAll();
