/* What scripts add to the officials' page of a case: canned answers go into the answer, and colleagues learn who is
   writing. Without them, canned answers are copied by hand, and the page says at opening who is writing. */

const TOLD_EVERY = 45_000;

/* The text stands where the caret was, on lines of its own. */
function insert(button) {
  const text = document.getElementById(button.dataset.insert).innerText.trim();
  const field = document.getElementById(button.dataset.into);
  const [before, after] = [field.value.slice(0, field.selectionStart).trimEnd(), field.value.slice(field.selectionEnd).trimStart()];
  field.value = [before, text, after].filter(Boolean).join("\n\n");
  const caret = (before ? before.length + 2 : 0) + text.length;
  field.focus();
  field.setSelectionRange(caret, caret);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(sentences) {
  for (const place of document.querySelectorAll("[data-others]")) {
    const pattern = place.querySelector("template");
    const notices = sentences.map((sentence) => {
      const notice = pattern.content.cloneNode(true);
      notice.querySelector(".notice-body").append(sentence);
      return notice;
    });
    place.replaceChildren(pattern, ...notices);
  }
}

/* Told at the first letter, and again while the official goes on writing; the answer names the colleagues who do. */
async function tell(form) {
  if (Date.now() - (form.told ?? 0) < TOLD_EVERY) return;
  form.told = Date.now();
  const headers = { "X-CSRFToken": form.elements.csrf_token.value };
  const answer = await fetch(form.dataset.presence, { method: "POST", headers });
  if (answer.ok) show((await answer.json()).others);
}

document.querySelectorAll("[data-insert]").forEach((button) => (button.hidden = false));
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-insert]");
  if (button) insert(button);
});
document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-presence]");
  if (form) tell(form).catch(() => delete form.told);
});
