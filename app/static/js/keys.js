/* Single keys for those who have much to go through. In a list to choose from, j and k go through it, x chooses and
   Enter opens what has the focus, also while the keyboard writes Arabic. A button with a `data-key` is pressed by that
   key; digits may be Arabic. Whoever presses keys by accident (speech input, tremor) switches them off for this browser
   (WCAG 2.1.4). Without scripts the same is done by Tab, Space and Enter. */

const OFF = "sawt:keys-off";
const ARABIC_DIGIT = /^[٠-٩۰-۹]$/;

const list = () => document.querySelector("[data-inbox]");

function go(step) {
  const links = [...list().querySelectorAll("tbody th a")];
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = document.activeElement.closest("tr")?.querySelector("input[type=checkbox]");
  if (box && list().contains(box)) box.checked = !box.checked;
}

const IN_LISTS = { j: () => go(1), k: () => go(-1), x: choose };

/* The last four bits of both rows of Arabic digits are their value. */
const plain = (key) => (ARABIC_DIGIT.test(key) ? String(key.codePointAt(0) & 15) : key);

/* A key that writes no Latin letter is known by where it lies: ت is where j is, and the key bears both. */
const letter = ({ key, code }) => (/^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "").toLowerCase());

function actOf(event) {
  const button = document.querySelector(`[data-key="${CSS.escape(plain(event.key))}"]`);
  return button ? () => button.click() : list() && IN_LISTS[letter(event)];
}

const isTyping = (target) => target.matches("select, textarea, input:not([type=checkbox], [type=radio]), [contenteditable]");

function areOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

/* What cannot be kept holds for this page alone. */
let off = areOff();

function turn(isOff) {
  off = isOff;
  try {
    if (isOff) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    return;
  }
}

/* Pages tell of keys only where there are any. */
function show() {
  for (const hint of document.querySelectorAll("[data-keys]")) {
    hint.hidden = false;
    hint.querySelector("[data-keys-switch]").checked = !off;
  }
  for (const button of document.querySelectorAll("[data-key]")) {
    button.querySelector("kbd").hidden = off;
    button.toggleAttribute("aria-keyshortcuts", !off);
    if (!off) button.setAttribute("aria-keyshortcuts", button.dataset.key);
  }
}

show();
document.addEventListener("htmx:after:swap", show);
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-keys-switch]")) return;
  turn(!target.checked);
  show();
});
document.addEventListener("keydown", (event) => {
  if (off || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = actOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});
