// In-place requests: where it happens is shown, what came is read out, the focus stays on something alive.
const refuse = function () { throw new Error("scripts from attributes are switched off"); };
if (window.htmx) htmx.registerExtension("desk-guard", { init: (api) => api.initSecurity(null, refuse, refuse) });
document.addEventListener("htmx:before:on:init", (e) => e.preventDefault());

let running = 0;
const root = document.documentElement;

document.addEventListener("htmx:before:request", (e) => {
  const { target } = e.detail.ctx;
  running++;
  root.dataset.busy = "";
  if (target instanceof Element) target.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:finally:request", (e) => {
  const { target } = e.detail.ctx;
  running = Math.max(0, running - 1);
  if (!running) delete root.dataset.busy;
  if (target instanceof Element) target.removeAttribute("aria-busy");
});

document.addEventListener("htmx:after:swap", () => {
  const main = document.getElementById("main");
  if (!main) return;
  const fault = main.querySelector("[data-focus]");
  const heading = main.querySelector("[data-heading]");
  const lost = !document.activeElement || document.activeElement === document.body;
  if (fault) fault.focus();
  else if (lost) (heading || main).focus({ preventScroll: true });
  const told = main.querySelector("[data-toast] .toast__text, [data-focus] h2") || heading;
  if (told) document.dispatchEvent(new CustomEvent("desk:say", { detail: told.textContent.trim() }));
});

document.addEventListener("htmx:error", (e) => {
  if (!e.detail.ctx) return;
  document.dispatchEvent(new CustomEvent("desk:toast", { detail: "The desk did not answer. What you typed is still here; look whether it was done before you send it again." }));
});

// A form that came back with faults takes the focus on a whole page too.
document.querySelector("[data-focus]")?.focus();
