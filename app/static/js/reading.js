/* Where somebody stopped in a long text: kept in this browser alone, offered as a link at the next visit. The page never
   jumps by itself. Nothing is kept on a shared computer; whoever signs out takes it along (`forgetAll` in app.js). */

const SETTLED = 1000;

const offer = document.querySelector("[data-reading]");
const key = `sawt:place:${offer.dataset.reading}`;
const here = offer.dataset.readingHere;
const articles = here ? [] : [...document.querySelectorAll("main .article[id]")];

/* Storage may be full, or refused by the browser: then no place is kept. */
const attempt = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};

const isShared = () => attempt(() => localStorage.getItem("sawt:shared")) === "1";
const keep = (article) => isShared() || attempt(() => localStorage.setItem(key, article));
const forget = () => attempt(() => localStorage.removeItem(key));

/* The article whose beginning has reached the upper third of the window. The first one is no place to come back to;
   whoever has gone past the last one has read it all. */
function note() {
  const reached = articles.filter((article) => article.getBoundingClientRect().top <= innerHeight / 3).at(-1);
  if (!reached || reached === articles[0]) return;
  if (reached === articles.at(-1) && reached.getBoundingClientRect().bottom < 0) forget();
  else keep(reached.id);
}

function offerPlace() {
  const kept = attempt(() => localStorage.getItem(key));
  const title = kept && document.getElementById(`${kept}-title`);
  if (!title || isShared() || location.hash) return;
  const link = offer.querySelector("a");
  link.href = `#${kept}`;
  link.textContent = link.dataset.words.replace("{title}", `\u2068${title.textContent}\u2069`);
  offer.hidden = false;
}

let settling;
function later(act) {
  clearTimeout(settling);
  settling = setTimeout(act, SETTLED);
}

if (here) later(() => keep(here));
else {
  offerPlace();
  addEventListener("scroll", () => later(note), { passive: true });
}
offer.querySelector("button").addEventListener("click", () => {
  forget();
  offer.hidden = true;
  document.querySelector("main").focus();
});
