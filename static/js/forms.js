// Small help in forms: twins of a slider, narrowed lists, a warning before unsent text is lost, one sending per click.
document.addEventListener("input", (e) => {
  const range = e.target.closest("[data-range]");
  if (range) for (const twin of range.querySelectorAll("input")) if (twin !== e.target) twin.value = e.target.value;

  if (e.target.matches("[data-narrow]")) {
    const wanted = e.target.value.trim().toLowerCase();
    for (const label of e.target.parentElement.querySelectorAll(".choices label")) {
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  }
});

let leaving = false;
const unsent = () => [...document.querySelectorAll("[data-guard]")].some((f) => f.value !== f.defaultValue && f.value.trim());
addEventListener("beforeunload", (e) => { if (!leaving && unsent()) e.preventDefault(); });
addEventListener("pageshow", () => { leaving = false; });

// A second click while the first is on its way does nothing; the button says it is busy. Forms that answer with a file or
// into a dialog come back without a new page, so the mark goes by itself.
document.addEventListener("submit", (e) => {
  const form = e.target;
  const method = e.submitter?.getAttribute("formmethod") || form.method;
  if (method !== "post") return;
  if ("sent" in form.dataset) { e.preventDefault(); e.stopImmediatePropagation(); return; }
  leaving = true;
  form.dataset.sent = "";
  e.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 10000);
}, true);

function release(form) {
  delete form.dataset.sent;
  leaving = false;
  form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
}

const releaseAll = () => document.querySelectorAll("form[data-sent]").forEach(release);
addEventListener("pageshow", releaseAll);
document.addEventListener("htmx:finally:request", releaseAll);
