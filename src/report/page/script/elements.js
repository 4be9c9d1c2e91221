"use strict";

// An element with attributes and children. A child is a text, an element, or a list of them; `undefined` and `false` are
// left out. Texts never become markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== false));
  return made;
}

// A text whose parts between backticks are code.
function inline(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, place) => (place % 2 === 0 ? part : code(part)));
}

const code = (text) => element("code", {}, text);
const faint = (...children) => element("span", { class: "faint" }, children);
// A text that only a screen reader has.
const unseen = (text) => element("span", { class: "unseen" }, text);

const capitalized = (text) => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
const grouped = (number) => number.toLocaleString("en-US");
const counted = (number, one, more = `${one}s`) => `${grouped(number)} ${number === 1 ? one : more}`;

// Elements with a text between each two of them.
const joined = (items, between) => items.flatMap((item, place) => (place === 0 ? [item] : [between, item]));

// A link out of the page. The text may come from anywhere: only http and https become links.
function outward(address, text = address) {
  if (!/^https?:\/\//.test(address ?? "")) return address ?? "";
  return element("a", { href: address, rel: "noreferrer", class: "outward" }, text);
}

// What can be opened. Its content is made when it is opened for the first time. The key names it in the history, so that
// it is open again after Back.
const contents = new WeakMap();
function fold(key, summary, content) {
  const made = element("details", { "data-key": key }, element("summary", {}, summary));
  contents.set(made, content);
  return made;
}

function fill(details) {
  const content = contents.get(details);
  if (content === undefined) return;
  contents.delete(details);
  details.append(...[content()].flat(Infinity));
}

// A long list shows its first items, and more when it is asked for.
function lengthy(items, { step = 100, name = "ul", attributes = {}, row }) {
  const list = element(name, attributes);
  const more = element("button", { type: "button" });
  let shown = 0;
  const show = () => {
    list.append(...items.slice(shown, shown + step).map(row));
    shown = Math.min(shown + step, items.length);
    more.textContent = `Show more (${grouped(items.length - shown)} left)`;
    more.hidden = shown === items.length;
  };
  more.addEventListener("click", show);
  show();
  return [list, more];
}
