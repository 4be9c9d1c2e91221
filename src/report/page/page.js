"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const STEP = 200;
const filter = document.getElementById("filter");
const details = document.getElementById("details");
let shown = STEP;

// An element with attributes and children. A child is a text, an element, or a list of them.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.flat(2).filter((child) => child !== undefined));
  return made;
}

const verdictOf = (implementation, place) => {
  const letter = implementation.verdicts.charCodeAt(place);
  return Number.isNaN(letter) ? undefined : data.verdicts[letter - "a".charCodeAt(0)];
};
const words = (name) => name.replaceAll("_", " ");
const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
const count = (implementation, verdict) =>
  data.cases.filter((_, place) => verdictOf(implementation, place) === verdict).length;
const caseLink = (id) => element("a", { href: `#case/${id}` }, id);
const implementationLink = ({ name }) => element("a", { href: `#implementation/${encodeURIComponent(name)}` }, name);

// A cell with a count. Zero is shown faintly.
const number = (value, kind) => element("td", { class: value === 0 ? "number faint" : `number ${kind}` }, `${value}`);

// A cell: how many tokens it accepts that have to be refused. An implementation that verifies no tokens has a dash.
function tokensAccepted({ security: { badTokens: asked, accepts } }) {
  if (asked === 0) return element("td", { class: "number faint" }, "–");
  return element("td", { class: `number ${accepts.length === 0 ? "pass" : "fail"}` }, `${accepts.length} of ${asked}`);
}

function summarize() {
  const names = ["implementation", "library", "bad tokens accepted", ...data.verdicts.map(words)];
  const row = (it) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, implementationLink(it)),
      element("td", {}, it.notRun === undefined ? it.library : `not run: ${it.notRun}`),
      tokensAccepted(it),
      data.verdicts.map((verdict) => number(count(it, verdict), verdict)),
    );
  document.getElementById("summary").append(
    element("thead", {}, element("tr", {}, names.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, data.implementations.map(row)),
  );
  document.getElementById("about").textContent =
    `${counted(data.cases.length, "case")} against ${counted(data.implementations.length, "implementation")}, by qsh ${data.version}.`;
}

function offerChoices() {
  const choices = {
    implementation: data.implementations.map(({ name }) => [name, name]),
    verdict: data.verdicts.map((verdict) => [verdict, words(verdict)]),
    level: ["must", "should", "open"].map((level) => [level, level]),
    clause: data.clauses.map(({ id, title }) => [id, `${id} ${title}`]),
  };
  for (const [name, options] of Object.entries(choices)) {
    const all = ["", "all"];
    filter.elements[name].append(...[all, ...options].map(([value, text]) => element("option", { value }, text)));
  }
}

function isWanted(it, place) {
  const { text, implementation, verdict, level, clause } = Object.fromEntries(new FormData(filter));
  const asked = data.implementations.filter(({ name }) => implementation === "" || name === implementation);
  const reasons = asked.map(({ answers }) => answers[place]?.reason ?? "").join(" ");
  const haystack = `${it.id} ${it.summary} ${it.asked} ${it.expected} ${reasons}`.toLowerCase();
  return (
    (level === "" || it.level === level) &&
    (clause === "" || it.clauses.includes(clause)) &&
    (verdict === "" || asked.some((one) => verdictOf(one, place) === verdict)) &&
    text.toLowerCase().split(/\s+/).every((part) => haystack.includes(part))
  );
}

function list() {
  const chosen = filter.elements.implementation.value;
  const columns = data.implementations.filter(({ name }) => chosen === "" || name === chosen);
  const places = data.cases.map((_, place) => place).filter((place) => isWanted(data.cases[place], place));
  const row = (place) => {
    const it = data.cases[place];
    const cells = columns.map((one) => {
      const verdict = verdictOf(one, place);
      return element("td", { class: verdict ?? "" }, verdict === undefined ? "–" : words(verdict));
    });
    const name = element("th", { scope: "row" }, caseLink(it.id), element("div", { class: "faint" }, it.summary));
    return element("tr", {}, name, element("td", {}, it.clauses.join(" ")), element("td", {}, it.level), cells);
  };
  const names = ["case", "clauses", "level", ...columns.map(({ name }) => name)];
  document.getElementById("list").replaceChildren(
    element("thead", {}, element("tr", {}, names.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, places.slice(0, shown).map(row)),
  );
  document.getElementById("count").textContent = `${counted(places.length, "case")} of ${data.cases.length}`;
  document.getElementById("more").hidden = places.length <= shown;
}

function answerOf(implementation, place) {
  const verdict = verdictOf(implementation, place);
  const it = implementation.answers[place] ?? {};
  const lines = [
    it.answered === undefined ? undefined : element("pre", {}, it.answered),
    it.at === undefined ? undefined : element("p", {}, `The ${it.stage} differs at byte ${it.at}.`),
    it.hint === undefined ? undefined : element("p", {}, it.hint),
    it.reason === undefined ? undefined : element("p", {}, it.reason, " ", reference(it.link)),
  ];
  return element(
    "article",
    {},
    element("h3", {}, implementationLink(implementation), ": ", element("span", { class: verdict ?? "" }, words(verdict ?? "not run"))),
    lines,
  );
}

// The link of a baseline may be any text. Only http and https become links.
function reference(link) {
  return /^https?:/.test(link ?? "") ? element("a", { href: link, rel: "noreferrer" }, link) : (link ?? "");
}

function showCase(id) {
  const place = data.cases.findIndex((it) => it.id === id);
  if (place < 0) return show(element("h2", { tabindex: "-1" }, `There is no case ${id}`));
  const it = data.cases[place];
  const titles = it.clauses.map((clause) => data.clauses.find(({ id }) => id === clause));
  show(
    element("h2", { tabindex: "-1" }, id),
    element("p", {}, `${it.summary} (${it.level})`),
    element("p", { class: "faint" }, titles.map((clause) => `${clause.id} ${clause.title}`).join(", ")),
    element("h3", {}, "Asked"),
    element("pre", {}, it.asked),
    element("h3", {}, "Expected"),
    element("pre", {}, it.expected),
    data.implementations.map((one) => answerOf(one, place)),
  );
}

function showImplementation(name) {
  const it = data.implementations.find((one) => one.name === name);
  if (it === undefined) return show(element("h2", { tabindex: "-1" }, `There is no implementation ${name}`));
  const dialect = it.dialect.map(([field, choice, does]) => element("li", {}, element("code", {}, `${field}=${choice}`), ` ${does}`));
  show(
    element("h2", { tabindex: "-1" }, name),
    element("p", {}, it.notRun === undefined ? `${it.library}, ${it.language}` : `not run: ${it.notRun}`),
    security(it),
    element("h3", {}, "What is wrong with it"),
    reasons(it),
    dialect.length === 0 ? [] : [element("h3", {}, "Its reading of the specification"), element("ul", {}, dialect)],
  );
}

// The reason why a case is not as expected.
function reasonOf(implementation, place) {
  const verdict = verdictOf(implementation, place);
  return verdict === "known_failure" ? implementation.answers[place].reason : `${words(verdict)}: not as expected`;
}

// Lists of cases that can be opened, the longest first.
function groups(named) {
  const sorted = [...named].sort(([, one], [, other]) => other.length - one.length);
  const group = ([name, items]) =>
    element("details", {}, element("summary", {}, `${counted(items.length, "case")}: ${name}`), element("ul", {}, items));
  return element("div", {}, sorted.map(group));
}

function byReason(implementation, places) {
  const named = new Map();
  for (const place of places) {
    const reason = reasonOf(implementation, place);
    named.set(reason, [...(named.get(reason) ?? []), element("li", {}, caseLink(data.cases[place].id))]);
  }
  return groups(named);
}

function reasons(implementation) {
  const isWrong = (place) => ["fail", "known_failure", "error", "unexpected_pass"].includes(verdictOf(implementation, place));
  const places = Object.keys(implementation.answers).map(Number).filter(isWrong);
  const others = data.cases.flatMap(({ id }, place) =>
    verdictOf(implementation, place) === "other_reason" ? [element("li", {}, caseLink(id))] : [],
  );
  return [
    places.length === 0 ? element("p", {}, "The cases show no problem.") : byReason(implementation, places),
    others.length === 0 ? [] : groups([["refused for another reason than expected; this is no failure", others]]),
  ].flat();
}

function security(implementation) {
  const { badTokens: asked, accepts, signs, faults, collisions } = implementation.security;
  const both = ([one, other]) => element("li", {}, caseLink(data.cases[other].id), " and ", caseLink(data.cases[one].id));
  const part = (places, title, shown) => (places.length === 0 ? [] : [element("h4", {}, title), shown]);
  const tokens = `It accepts ${accepts.length === 0 ? "none" : accepts.length} of ${asked} tokens that have to be refused.`;
  const parts = [
    asked === 0 ? [] : [element("p", { class: accepts.length === 0 ? "pass" : "fail" }, tokens)],
    accepts.length === 0 ? [] : [byReason(implementation, accepts)],
    part(collisions, "Two requests with the same hash", groups([["a token for one is valid for the other", collisions.map(both)]])),
    part(signs, "Signed, although it must not be", byReason(implementation, signs)),
    part(faults, "Exceptions that anybody can cause", byReason(implementation, faults)),
  ];
  return parts.flat().length === 0 ? [] : [element("h3", {}, "Security"), ...parts.flat()];
}

function show(...children) {
  details.replaceChildren(...children.flat(2));
  details.hidden = false;
  details.scrollIntoView();
  details.querySelector("h2").focus();
}

// A truncated link may end inside an escape.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function follow() {
  const [kind, ...rest] = location.hash.slice(1).split("/");
  const name = decoded(rest.join("/"));
  if (kind === "case") showCase(name);
  else if (kind === "implementation") showImplementation(name);
}

summarize();
offerChoices();
list();
follow();
filter.addEventListener("input", () => {
  shown = STEP;
  list();
});
filter.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("more").addEventListener("click", () => {
  shown += STEP;
  list();
});
addEventListener("hashchange", follow);
