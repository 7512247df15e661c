/* Keys for a long list of things to choose from: j and k go through it, x chooses, Enter opens what has the focus.
   Without scripts the same is done by Tab, Space and Enter. */

const list = document.querySelector("[data-inbox]");
const links = list ? [...list.querySelectorAll("tbody th a")] : [];

function go(step) {
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = document.activeElement.closest("tr")?.querySelector("input[type=checkbox]");
  if (box && list.contains(box)) box.checked = !box.checked;
}

const KEYS = { j: () => go(1), k: () => go(-1), x: choose };

function isTyping(target) {
  return target.matches("select, textarea, input:not([type=checkbox])");
}

if (list) {
  list.querySelector("[data-keys]").hidden = false;
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    act();
  });
}
