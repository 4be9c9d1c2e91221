// What an opened exchange shows. The server puts this file before page.js into one script.
"use strict";

const SECOND = 1000;
const DATES = ["iat", "nbf", "exp"];

// An element with attributes and children. A child is a text, an element, or a list of children.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.flat(Infinity).filter((child) => child !== undefined));
  return made;
}

const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
const words = (name) => name.replaceAll("_", " ");
const code = (text) => element("code", {}, text);

// The verdict of an exchange: its mark, its words, and its colour.
function verdict({ outcome, expected, is_fine: isFine, direction }) {
  if (isFine)
    return outcome === expected && expected === "refused"
      ? ["✓", "refused, as expected", "good"]
      : ["✓", words(outcome), "good"];
  if (outcome === "failed") return ["!", "failed", "bad"];
  if (direction === "from_app") return ["✕", outcome, "bad"];
  return ["✕", `${words(outcome)}, must be ${words(expected)}`, "bad"];
}

const clock = (date) => date.toLocaleTimeString("en-GB");
const utc = (date) =>
  date
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");

const part = (title, ...children) => element("section", {}, element("h3", {}, title), children);
// Text in a fixed-width font. A long one scrolls, also with the keyboard.
const text = (label, kind, ...children) =>
  element("pre", { class: kind, tabindex: "0", role: "group", "aria-label": label }, children);

function panel(it) {
  return element(
    "div",
    { class: "panel" },
    part("Verdict", explanation(it)),
    it.canonical === null ? [] : part("Canonical requests", canonical(it.canonical)),
    it.diagnosis === null ? [] : part("Diagnosis", text("Diagnosis", "unwrapped", it.diagnosis)),
    it.token === null ? [] : part([`Token: ${it.token.title}`, code(it.token.kind)], token(it)),
    element(
      "div",
      { class: "two" },
      part("Request", message(`${it.request.method} ${it.request.target}`, it.request, "Request")),
      part(
        "Response",
        it.response === null
          ? element("p", {}, it.problem ?? "No answer.")
          : message(`Status ${it.response.status}`, it.response, "Response"),
      ),
    ),
    element("p", { class: "small" }, `Exchange ${it.id} with ${it.site}, ${utc(new Date(it.at))}, took ${it.millis} ms.`),
  );
}

// Why the exchange has its verdict, in sentences.
function explanation(it) {
  const does = { accepted: "accepted this request", refused: "refused this request", failed: "gave no usable answer" };
  const kind = verdict(it).at(-1);
  const sentences = [
    element("p", { class: kind }, `${isFrom(it) ? product() : "The app"} ${does[it.outcome]}${comparison(it)}.`),
  ];
  if (it.flaw !== null) {
    const { title, clause } = it.flaw;
    sentences.unshift(
      element("p", {}, `The request is wrong on purpose: ${title}`, clause ? [" (", code(clause), ")"] : [], "."),
    );
  }
  if (it.refusal !== null) {
    const { reason, clause, message } = it.refusal;
    const isNamed = !clause || message.includes(clause);
    sentences.push(
      element("p", {}, `Reason: ${message}`, isNamed ? [] : [" (", code(clause), ")"], ". Code: ", code(reason), "."),
    );
  }
  if (it.problem !== null) sentences.push(element("p", {}, `Problem: ${it.problem}.`));
  return sentences;
}

function comparison(it) {
  if (it.is_fine) return ", as expected";
  if (isFrom(it) && it.outcome === "refused") return "";
  return `, but must ${it.expected === "refused" ? "refuse" : "accept"} it`;
}

// Both canonical requests one above the other, with what differs marked.
function canonical({ expected, found }) {
  const line = (name, ...parts) => element("div", {}, element("b", {}, name), element("span", {}, parts));
  const box = (...lines) =>
    element("div", { class: "pair code unwrapped", tabindex: "0", role: "group", "aria-label": "Canonical requests" }, lines);
  if (found === null) {
    return [
      box(line("expected", expected)),
      element("p", { class: "small" }, "It is not known which request the token was signed for."),
    ];
  }
  if (expected === found)
    return [box(line("expected", expected), line("found", found)), element("p", { class: "small" }, "They are the same.")];
  const [one, other] = [[...expected], [...found]];
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const marked = (letters) => [
    letters.slice(0, start).join(""),
    element("mark", {}, letters.slice(start, letters.length - end).join("")),
    letters.slice(letters.length - end).join(""),
  ];
  return [
    box(line("expected", marked(one)), line("found", marked(other))),
    element("p", { class: "small" }, `They differ from character ${start + 1} on. “Found” is what the token was signed for.`),
  ];
}

// Scrolls to the first difference, if it is out of sight.
function showDifference(scroller) {
  const place = scroller.querySelector("mark")?.getBoundingClientRect().left - scroller.getBoundingClientRect().left;
  if (place > scroller.clientWidth * 0.8) scroller.scrollLeft = place - scroller.clientWidth / 2;
}

function token({ token: { header, claims }, at: moment }) {
  const shown = (name, value) => (value.length > 300 ? text(name, "message", value) : code(value));
  const line =
    (isDated) =>
    ([name, value]) => {
      const note = isDated && DATES.includes(name) ? element("span", {}, when(value, moment / SECOND)) : [];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, code(name)),
        element("td", {}, shown(name, JSON.stringify(value)), note),
      );
    };
  const table = (title, members, isDated) =>
    element("table", {}, element("caption", {}, title), element("tbody", {}, Object.entries(members ?? {}).map(line(isDated))));
  return element("div", { class: "two token" }, table("Claims", claims, true), table("Header", header, false));
}

// A date of a token, and how long before or after the request it is.
function when(value, moment) {
  if (typeof value !== "number") return "not a number";
  const date = new Date(value * SECOND);
  if (Number.isNaN(date.getTime())) return "not a date";
  if (date.getUTCFullYear() > 9999) return "after the year 9999: it looks like milliseconds";
  const seconds = Math.round(value - moment);
  return `${utc(date)}, ${seconds === 0 ? "at the time of the request" : `${duration(Math.abs(seconds))} ${seconds < 0 ? "before" : "after"} the request`}`;
}

function duration(seconds) {
  const units = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const place = units.findIndex(([, size]) => seconds >= size);
  const [name, size] = units[place];
  const rest = units[place + 1] && Math.floor((seconds % size) / units[place + 1][1]);
  return counted(Math.floor(seconds / size), name) + (rest ? ` ${counted(rest, units[place + 1][0])}` : "");
}

function message(first, { headers, body, is_cut: isCut }, label) {
  const fields = headers.map(([name, value]) => ["\n", element("b", {}, `${name}: `), value]);
  const head = text(`${label}: header fields`, "message", first, fields);
  if (body === null || body === "")
    return [head, element("p", { class: "small" }, body === null ? "No body." : "The body is empty.")];
  return [
    head,
    text(`${label}: body`, "message", body),
    isCut ? element("p", { class: "known" }, "The body is longer. Only its beginning is kept.") : [],
  ];
}
