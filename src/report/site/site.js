// The search: searchIndex has a row for each page or vector, with its kind, its title, its address and further words.
"use strict";

const MOST = 50;
const form = document.getElementById("search");
const field = form.elements.text;
const list = document.getElementById("found");
const count = document.getElementById("count");

const rows = window.searchIndex.map((row) => ({ row, text: row.join(" ").toLowerCase() }));

// The rows that have every word. Those whose title begins with the text come first.
function found(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const matching = rows.filter((it) => words.every((word) => it.text.includes(word)));
  const begins = (it) => it.row[1].toLowerCase().startsWith(words[0]);
  return [...matching.filter(begins), ...matching.filter((it) => !begins(it))].map((it) => it.row);
}

function item([kind, title, address, words]) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = title;
  const entry = document.createElement("li");
  entry.append(`${kind} `, link, ` ${words}`);
  return entry;
}

function show() {
  const all = found(field.value);
  list.replaceChildren(...all.slice(0, MOST).map(item));
  const more = all.length > MOST ? `, the first ${MOST} are shown` : "";
  count.textContent = field.value.trim() === "" ? "" : `${all.length} found${more}`;
}

field.addEventListener("input", show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.click();
});
form.hidden = false;
show();
