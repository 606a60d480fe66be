// Relative times grow while the page stands. data-ago is how many seconds ago it was when the page was made, so the clock
// of this computer does not matter.
const seen = new WeakMap();

function words(s) {
  if (s < 1) return "just now";
  if (s < 60) return `${Math.floor(s)} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ago`;
  return null;
}

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    if (!seen.has(time)) seen.set(time, performance.now() - time.dataset.ago * 1000);
    const text = words((performance.now() - seen.get(time)) / 1000);
    if (text && text !== time.textContent) time.textContent = text;
  }
}

refresh();
setInterval(refresh, 5000);
document.addEventListener("htmx:after:swap", refresh);
