/* What scripts add to pages that work without them. Every sentence comes from the server in a data attribute.
   Drafts, double submits, counters, file names, copying, dialogs, focus; nothing here decides anything. */

const root = document.documentElement;
const person = document.body.dataset.person ?? "";
const DRAFT = "sawt:draft:";
const PLACE = "sawt:place:";
const SHARED = "sawt:shared";
const SENT = "sawt:sent";
const SWITCH = "sawt:switch";
const SAVE_EVERY = 2000;

/* Storage may be full, or refused by the browser: then nothing is kept and nothing breaks. */
const attempt = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};

// Drafts

const keepable = (form) =>
  [...form.elements].filter(
    (field) =>
      field.name && !/^(hidden|password|file|submit|button|fieldset|output|reset|image)$/.test(field.type) && !("noDraft" in field.dataset),
  );

const typed = (form) =>
  keepable(form)
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => [field.name, field.value]);

function fill(form, entries) {
  const left = entries.map(([name, value]) => ({ name, value }));
  for (const field of keepable(form)) {
    const isChoice = /radio|checkbox/.test(field.type);
    const at = left.findIndex((entry) => entry.name === field.name && (!isChoice || entry.value === field.value));
    if (isChoice) field.checked = at >= 0;
    else if (at >= 0) field.value = left[at].value;
    if (at >= 0) left.splice(at, 1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const sameText = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isShared = () => attempt(() => localStorage.getItem(SHARED)) === "1";
const place = (form, owner = person) => `${DRAFT}${owner}:${form.dataset.draftKey}`;
const changed = new Set();
const untouched = new WeakMap();

/* A text begun before signing in belongs to whoever signs in next in this browser, as on the server. */
const stored = (form) =>
  attempt(() => JSON.parse(localStorage.getItem(place(form)) ?? localStorage.getItem(place(form, ""))));

function keepDrafts() {
  for (const form of changed) {
    if (isShared()) continue;
    const entries = typed(form);
    if (sameText(entries, untouched.get(form))) forget(form.dataset.draftKey);
    else attempt(() => localStorage.setItem(place(form), JSON.stringify(entries)));
  }
  changed.clear();
}

function forget(key) {
  for (const owner of [person, ""]) attempt(() => localStorage.removeItem(`${DRAFT}${owner}:${key}`));
  for (const form of changed) if (form.dataset.draftKey === key) changed.delete(form);
}

/* The house answers a form it has taken with a redirect, and one it has refused with the form itself. A redirect to
   the sign-in takes nothing yet. */
function settleSent() {
  const key = attempt(() => sessionStorage.getItem(SENT));
  attempt(() => sessionStorage.removeItem(SENT));
  const redirected = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  if (key && redirected && !document.querySelector("main [type=password]")) forget(key);
}

function forgetAll() {
  const ofAPerson = (key) => key.startsWith(DRAFT) || key.startsWith(PLACE);
  attempt(() => Object.keys(localStorage).filter(ofAPerson).forEach((key) => localStorage.removeItem(key)));
}

function offerDraft(form) {
  if (untouched.has(form)) return;
  untouched.set(form, typed(form));
  const entries = stored(form);
  if (!Array.isArray(entries) || isShared() || sameText(entries, typed(form))) return;
  const notice = document.createElement("div");
  notice.className = "notice tone-info";
  notice.setAttribute("role", "status");
  const body = document.createElement("div");
  body.className = "notice-body cluster";
  const restore = act(form.dataset.draftRestore, () => fill(form, entries));
  const discard = act(form.dataset.draftDiscard, () => forget(form.dataset.draftKey));
  body.append(form.dataset.draftFound, restore, discard);
  notice.append(document.createElement("span"), body);
  form.prepend(notice);

  function act(words, doIt) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = words;
    button.addEventListener("click", () => {
      doIt();
      notice.remove();
      keepable(form)[0]?.focus();
    });
    return button;
  }
}

// The same page in the other language: what is typed travels along, in this tab alone.

const withoutLanguage = (path) => path.replace(/^\/(ar|en)(?=\/|$)/, "");
const postForms = () => [...document.querySelectorAll('main form[method="post"]')];

function carryOver() {
  keepDrafts();
  const carried = { path: withoutLanguage(location.pathname), forms: postForms().map(typed) };
  attempt(() => sessionStorage.setItem(SWITCH, JSON.stringify(carried)));
}

function takeOver() {
  const carried = attempt(() => JSON.parse(sessionStorage.getItem(SWITCH)));
  attempt(() => sessionStorage.removeItem(SWITCH));
  if (carried?.path !== withoutLanguage(location.pathname)) return;
  postForms().forEach((form, at) => carried.forms[at]?.length && fill(form, carried.forms[at]));
}

// One submit at a time; the server is idempotent all the same.

function guardSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  keepDrafts();
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  if (form.dataset.draftKey) attempt(() => sessionStorage.setItem(SENT, form.dataset.draftKey));
  const button = event.submitter;
  if (button?.dataset.busy) {
    button.dataset.label = button.innerHTML;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  }
  setTimeout(() => release(form), 15000);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-label]")) {
    button.innerHTML = button.dataset.label;
    button.removeAttribute("aria-disabled");
    delete button.dataset.label;
  }
}

// Counters and file names

function count(counter) {
  const field = document.getElementById(counter.dataset.count);
  const left = counter.dataset.limit - [...field.value].length;
  const words = left < 0 ? counter.dataset.over : counter.dataset.left;
  counter.textContent = words.replace("{n}", Math.abs(left).toLocaleString("en"));
  counter.classList.toggle("is-over", left < 0);
  counter.setAttribute("aria-live", left < 0 ? "polite" : "off");
}

function fileSize(bytes) {
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(`${root.lang}-u-nu-latn`, { style: "unit", unit, maximumFractionDigits: 1 }).format(size);
}

function listFiles(box) {
  const files = [...box.querySelector("input").files];
  const line = (...parts) => {
    const item = document.createElement("li");
    item.append(...parts);
    return item;
  };
  const isolated = (text) => Object.assign(document.createElement("bdi"), { textContent: text });
  const tooLarge = () => Object.assign(document.createElement("strong"), { className: "too-large", textContent: box.dataset.tooLarge });
  const lines = files.map((file) =>
    line(isolated(file.name), isolated(fileSize(file.size)), ...(file.size > box.dataset.largest ? [tooLarge()] : [])),
  );
  box.querySelector(".file-names").replaceChildren(...(lines.length ? lines : [line(box.dataset.none)]));
}

// Focus, and what a new part of the page needs

function focusIn(part) {
  part.querySelector("[data-focus]")?.focus();
}

/* One question for the whole browser: asked at the first form of the page alone. */
function offerSharing() {
  const box = document.querySelector("[data-shared-computer]");
  if (!box) return;
  box.checked = isShared();
  box.closest("[hidden]")?.removeAttribute("hidden");
}

function enhance(part) {
  part.querySelectorAll("form[data-draft-key]").forEach(offerDraft);
  part.querySelectorAll("[data-count]").forEach(count);
  part.querySelectorAll("[data-file]").forEach(listFiles);
  part.querySelectorAll("[data-draft-received]").forEach((sent) => forget(sent.dataset.draftReceived));
  offerSharing();
  if (navigator.clipboard) part.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
}

async function copy(button) {
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  const words = button.querySelector("span");
  const before = (button.dataset.words ??= words.textContent);
  words.textContent = button.dataset.copied;
  setTimeout(() => (words.textContent = before), 2500);
}

function onClick(event) {
  const found = (selector) => event.target.closest?.(selector);
  const opener = found("[data-dialog]");
  const closer = found("dialog [data-close]");
  const copier = found("[data-copy]");
  if (found("[data-language-link]")) carryOver();
  else if (copier) copy(copier).catch(() => (copier.hidden = true));
  else if (opener || closer) {
    event.preventDefault();
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    else closer.closest("dialog").close();
  }
}

function onInput({ target }) {
  const form = target.closest?.("form[data-draft-key]");
  if (target.matches("[data-shared-computer]")) {
    attempt(() => (target.checked ? localStorage.setItem(SHARED, "1") : localStorage.removeItem(SHARED)));
    if (target.checked) forgetAll();
  } else if (form) changed.add(form);
  const counter = target.id && document.querySelector(`[data-count="${CSS.escape(target.id)}"]`);
  if (counter) count(counter);
}

/* What is folded on phones lies open where there is room. */
const wide = matchMedia("(min-width: 60rem)");
const unfold = () => wide.matches && document.querySelectorAll("details.fold").forEach((part) => (part.open = true));

/* A link to a comment that stands folded below its like opens the fold; browsers that know how have done so already. */
const reveal = () => {
  const there = document.getElementById(location.hash.slice(1));
  const fold = there?.closest("details.copies:not([open])");
  if (!fold) return;
  fold.open = true;
  there.scrollIntoView();
};

/* Paper has no folds to open. */
const unfoldAll = () => document.querySelectorAll("details.copies").forEach((part) => (part.open = true));

root.classList.add("js");
unfold();
reveal();
wide.addEventListener("change", unfold);
addEventListener("hashchange", reveal);
addEventListener("beforeprint", unfoldAll);
document.querySelectorAll('meta[name="draft-received"]').forEach((sent) => (sent.content === "*" ? forgetAll() : forget(sent.content)));
settleSent();
enhance(document);
takeOver();
focusIn(document.querySelector("main"));

setInterval(keepDrafts, SAVE_EVERY);
addEventListener("pagehide", keepDrafts);
addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form").forEach(release));
document.addEventListener("click", onClick);
document.addEventListener("input", onInput);
document.addEventListener("submit", guardSubmit);
document.addEventListener("change", ({ target }) => target.matches("[data-file] input") && listFiles(target.closest("[data-file]")));
document.addEventListener("htmx:before:request", ({ detail }) => detail.ctx?.target?.setAttribute?.("aria-busy", "true"));
document.addEventListener("htmx:finally:request", ({ detail }) => detail.ctx?.target?.removeAttribute?.("aria-busy"));
document.addEventListener("htmx:error", () => {
  const told = document.querySelector("[data-failed]");
  told?.classList.add("is-failure");
  if (told) told.textContent = told.dataset.failed;
});
document.addEventListener("htmx:after:swap", ({ detail }) => {
  document.querySelector("[data-failed].is-failure")?.classList.remove("is-failure");
  const part = detail.ctx?.target?.isConnected ? detail.ctx.target : document.querySelector("main");
  enhance(part);
  if (detail.ctx?.swap?.startsWith("none")) return; // what changed stands elsewhere: the reader stays where they are
  focusIn(part);
  if (part.matches("main") && document.activeElement === document.body) part.focus();
});
