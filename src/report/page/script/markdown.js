// The Markdown of the specification as elements: paragraphs, lists, tables, indented code; code, emphasis and links in a
// line.

function markdown(text) {
  const blocks = text.split(/\n{2,}/).filter((block) => block.trim() !== "");
  return blocks.flatMap((block) => parts(block.split("\n")));
}

// A list may follow its paragraph without an empty line.
function parts(lines) {
  if (lines.every((line) => line.startsWith("    "))) {
    return [element("pre", {}, lines.map((line) => line.slice(4)).join("\n"))];
  }
  if (lines[0].startsWith("|")) return [tableOf(lines)];
  const item = /^(?:- |\d+\. )/;
  const first = lines.findIndex((line) => item.test(line));
  if (first < 0) return [element("p", {}, span(lines.join(" ")))];
  const before = lines.slice(0, first);
  const items = [];
  for (const line of lines.slice(first)) {
    if (item.test(line)) items.push(line.replace(item, ""));
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  const list = element(
    "ul",
    {},
    items.map((text) => element("li", {}, span(text))),
  );
  return [before.length > 0 && element("p", {}, span(before.join(" "))), list].filter(Boolean);
}

function tableOf(lines) {
  const rows = lines.filter((line) => !/^[|:\- ]+$/.test(line)).map((line) => line.split("|").slice(1, -1));
  const row = (name, cells) =>
    element(
      "tr",
      {},
      cells.map((cell) => element(name, {}, span(cell.trim()))),
    );
  const [head, ...body] = rows;
  const table = element(
    "table",
    {},
    element("thead", {}, row("th", head)),
    element(
      "tbody",
      {},
      body.map((it) => row("td", it)),
    ),
  );
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Table" }, table);
}

// One pattern: code, a link, strong text or emphasis. Numbers of clauses become links, too.
const SPAN = /`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)|\*\*([^*]+)\*\*|\*([^*]+)\*|\b((?:[A-Z]{3,4})-[A-Z]?\d+)\b/g;

function span(text) {
  const made = [];
  let end = 0;
  for (const match of text.matchAll(SPAN)) {
    made.push(text.slice(end, match.index), spanned(match));
    end = match.index + match[0].length;
  }
  return [...made, text.slice(end)];
}

function spanned([whole, quoted, words, address, strong, emphasis, clause]) {
  if (quoted !== undefined) return code(quoted);
  // Links to other documents of the repository lead nowhere from here.
  if (address !== undefined) return /^https:/.test(address) ? outward(address, words) : words;
  if (strong !== undefined) return element("strong", {}, strong);
  if (emphasis !== undefined) return element("em", {}, emphasis);
  return clauses.has(clause) ? clauseLink(clause) : whole;
}
