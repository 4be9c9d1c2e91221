// The address names the view: `#implementation/NAME`, `#clause/ID`, `#case/ID` and so on. The history keeps what was
// opened and how far the page was scrolled, so that Back restores it.

const VIEWS = {
  "": overview,
  implementation: implementationView,
  chapter: chapterView,
  clause: clauseView,
  case: caseView,
  compare: compareView,
  search: searchView,
};

const main = document.getElementById("content");
const field = document.getElementById("search");
const NAME = document.title;

// A truncated address may end inside an escape.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function route() {
  const [path, filters = ""] = location.hash.slice(1).split("?");
  const [kind, ...names] = path.split("/").map(decoded);
  return { kind, names, filters: new URLSearchParams(filters) };
}

let isFirst = true;
function render() {
  const { kind, names, filters } = route();
  const view = Object.hasOwn(VIEWS, kind) ? VIEWS[kind] : () => missing("page", kind);
  const isTyping = document.activeElement === field;
  const chosen = main.contains(document.activeElement) ? document.activeElement.getAttribute("name") : null;
  main.replaceChildren(...[view(names, filters)].flat(Infinity).filter(Boolean));
  const title = main.querySelector("h1");
  document.title = kind === "" ? NAME : `${title.textContent} – ${NAME}`;
  field.value = filters.get("text") ?? "";
  markLinks(kind);
  if (history.state !== null) restore(history.state);
  else if (!isTyping) {
    scrollTo(0, 0);
    // A field that changed the address keeps the focus. A first view leaves it where it is.
    const again = chosen === null ? title : main.querySelector(`[name="${CSS.escape(chosen)}"]`);
    if (!isFirst) again?.focus({ preventScroll: true });
  }
  isFirst = false;
}

// Marks the link to this view in the head of the page.
function markLinks(kind) {
  for (const it of document.querySelectorAll("header nav a")) {
    const isHere = it.hash.slice(1).split(/[/?]/)[0] === kind;
    if (isHere) it.setAttribute("aria-current", "page");
    else it.removeAttribute("aria-current");
  }
}

const focusable = () => [...main.querySelectorAll("a, summary, button, select")];

function restore({ opened, top, focused }) {
  // What is opened may contain what can be opened.
  for (const key of opened) {
    const details = [...main.querySelectorAll("details")].find((it) => it.dataset.key === key);
    if (details === undefined) continue;
    fill(details);
    details.open = true;
  }
  focusable()[focused]?.focus({ preventScroll: true });
  scrollTo(0, top);
}

let pending;
function remember() {
  clearTimeout(pending);
  const opened = [...main.querySelectorAll("details[open]")].map((it) => it.dataset.key);
  history.replaceState({ opened, top: scrollY, focused: focusable().indexOf(document.activeElement) }, "");
}

function rememberSoon() {
  clearTimeout(pending);
  pending = setTimeout(remember, 100);
}

// Goes to another view, as a link does.
function go(to) {
  remember();
  location.hash = to;
}

history.scrollRestoration = "manual";
main.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open) fill(target);
    rememberSoon();
  },
  true,
);
addEventListener("scroll", rememberSoon, { passive: true });
addEventListener("hashchange", () => {
  clearTimeout(pending);
  render();
});
document.addEventListener(
  "click",
  ({ target }) => {
    if (target.closest("a[href^='#']") !== null) remember();
  },
  true,
);

field.addEventListener("input", () => {
  const to = address.search({ text: field.value });
  // The first letter makes an entry of the history; the others change it.
  if (route().kind === "search") location.replace(to);
  else go(to);
});
const toContent = (event) => {
  event.preventDefault();
  main.querySelector("h1").focus();
};
field.form.addEventListener("submit", toContent);
document.getElementById("skip").addEventListener("click", toContent);
addEventListener("keydown", (event) => {
  const isText = event.target instanceof Element && event.target.matches("input, select, textarea");
  if (event.key !== "/" || isText || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
});

document.getElementById("compare").hidden = data.implementations.length < 2;
render();
