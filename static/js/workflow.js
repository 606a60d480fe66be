// The editor of a workflow: saves while the person goes on, moves steps by dragging or Alt and the arrows, and keeps the
// two ends of a bar of limits in step with their twins. Without it the same form and buttons do all of it.
const form = () => document.querySelector("form[data-editor]");
let dirty = false, running = null, timer = 0, focusNext = "";

function tell(text) {
  const place = document.getElementById("edit-status");
  if (place) place.textContent = text;
}

// The faults of the last save take the place of those before.
function showFaults(f) {
  for (const old of f.querySelectorAll(".field__error")) {
    const control = document.getElementById(old.id.replace(/-error$/, ""));
    control?.removeAttribute("aria-invalid");
    old.remove();
  }
  for (const fault of document.querySelectorAll("#edit-faults li")) {
    const control = document.getElementById(fault.dataset.for);
    if (!control) continue;
    const line = document.createElement("p");
    line.className = "field__error";
    line.id = `${control.id}-error`;
    line.textContent = fault.textContent;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", line.id);
    control.after(line);
  }
}

async function send(f) {
  dirty = false;
  tell("Saving…");
  try {
    const answer = await fetch(f.action, { method: "POST", headers: { "Desk-Autosave": "1" }, body: new URLSearchParams(new FormData(f)), redirect: "error" });
    if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll("body > [id]")) {
      const here = document.getElementById(part.id);
      if (here) here.replaceWith(part); else f.append(part);
    }
    if (answer.status === 409) { dirty = true; tell("Not saved"); return; }
    showFaults(f);
    const version = f.querySelector("[name=version]").value;
    for (const other of document.querySelectorAll("[name=version]")) other.value = version;
    document.body.dispatchEvent(new CustomEvent("desk:saved"));
  } catch {
    dirty = true;
    tell("Not saved. What you typed is still here; press Save to try again.");
  }
}

function save() {
  clearTimeout(timer);
  const f = form();
  if (!f || !dirty || running) return running || Promise.resolve();
  running = send(f).finally(() => { running = null; });
  return running;
}

document.addEventListener("input", (e) => {
  const bar = e.target.closest("[data-limits]");
  if (bar) limits(bar, e.target);
  if (!e.target.name || e.target.form !== form() || !form()) return;
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(save, 1200);
});

function limits(bar, from) {
  const slides = [...bar.querySelectorAll("[type=range]")], twins = [...bar.querySelectorAll("[type=number]")];
  const at = from.type === "range" ? slides.indexOf(from) : twins.indexOf(from);
  if (at < 0) return;
  if (from.type === "range") {
    twins[at].value = from.value;
    twins[at].dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  slides[at].value = from.value === "" ? parseFloat(from.placeholder) || 0 : from.value;
  const [low, high] = slides.map((s) => Number(s.value));
  const ends = [[0, low], [low, Math.max(low, high)], [Math.max(low, high), 100]];
  bar.querySelectorAll("rect").forEach((r, i) => { r.setAttribute("x", `${ends[i][0]}%`); r.setAttribute("width", `${ends[i][1] - ends[i][0]}%`); });
}

// Nothing typed is lost by a link or a button: what is on its way is waited for.
addEventListener("click", async (e) => {
  const link = e.target.closest?.("main a[href]");
  if (!link || !form() || !(dirty || running) || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  await running;
  await save();
  if (!dirty) link.click();
}, true);

addEventListener("submit", async (e) => {
  if (e.target !== form()) return;
  clearTimeout(timer);
  if (!running) { dirty = false; return; }
  const { target, submitter } = e;
  e.preventDefault();
  e.stopImmediatePropagation();
  await running;
  target.requestSubmit(submitter);
}, true);

addEventListener("beforeunload", (e) => { if (form() && dirty) e.preventDefault(); });

function move(from, to) {
  const f = form();
  const steps = f.querySelectorAll("[data-step]");
  if (from === to || to < 0 || to >= steps.length) return;
  const button = document.createElement("button");
  Object.assign(button, { name: "move", value: `${from}:${to}`, hidden: true, formNoValidate: true });
  f.append(button);
  focusNext = `[data-step="${to}"] [data-grip]`;
  f.requestSubmit(button);
  button.remove();
}

document.addEventListener("keydown", (e) => {
  const step = e.altKey && e.target.closest("[data-step]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[e.key];
  if (!step || !by || !step.querySelector("[data-grip]")) return;
  e.preventDefault();
  move(Number(step.dataset.step), Number(step.dataset.step) + by);
});

document.addEventListener("pointerdown", (e) => {
  const grip = e.target.closest("[data-grip]");
  if (!grip || e.button) return;
  const step = grip.closest("[data-step]");
  const list = [...step.parentElement.children];
  const from = list.indexOf(step);
  let to = from;
  grip.setPointerCapture(e.pointerId);
  step.dataset.drag = "";
  const over = (m) => {
    to = list.filter((li) => li !== step && m.clientY > li.getBoundingClientRect().top + li.offsetHeight / 2).length;
    list.forEach((li, i) => { li.toggleAttribute("data-drop", i === to && to !== from); li.toggleAttribute("data-below", to > from); });
  };
  grip.addEventListener("pointermove", over);
  grip.addEventListener("lostpointercapture", (end) => {
    grip.removeEventListener("pointermove", over);
    list.forEach((li) => ["data-drop", "data-drag", "data-below"].forEach((a) => li.removeAttribute(a)));
    if (end.type) move(from, to);
  }, { once: true });
});

document.addEventListener("htmx:after:swap", () => {
  const grip = focusNext && document.querySelector(focusNext);
  if (!grip) return;
  focusNext = "";
  grip.focus();
  const title = grip.closest("[data-step]").querySelector("h2").textContent;
  document.dispatchEvent(new CustomEvent("desk:say", { detail: `Moved: ${title}` }));
});

// The numbers beside the JSON follow its lines.
document.addEventListener("input", (e) => {
  const lines = e.target.closest("[data-json]")?.querySelector("pre");
  if (!lines) return;
  const n = e.target.value.split("\n").length;
  e.target.rows = n + 1;
  lines.textContent = Array.from({ length: n }, (_, i) => i + 1).join("\n");
});
