// The first view: a map of implementations by chapters, and the problems that most implementations share.

function overview(_, filters) {
  const ran = data.implementations.filter((one) => one.notRun === undefined);
  // Nobody else is there to be compared with.
  const [only] = data.implementations.length === 1 ? data.implementations : [];
  if (only !== undefined) return implementationView([only.name], new URLSearchParams());
  const languages = [...new Set(data.implementations.map((one) => one.language))].filter((it) => it !== "").sort();
  const language = languages.find((it) => it === filters.get("language"));
  return [
    element(
      "div",
      { class: "intro" },
      element("h1", { tabindex: "-1" }, "Who gets what wrong"),
      element(
        "p",
        { class: "lead" },
        `${counted(data.cases.length, "case")} against ${counted(ran.length, "implementation")}, by qsh ${data.version}.`,
      ),
      element(
        "p",
        { class: "small" },
        "A row is an implementation, a column a chapter of the specification. A cell has the gravest problem and the number of problems.",
      ),
      legend(),
      languages.length > 1 && languageFilter(languages, language),
    ),
    heatMap({
      caption: "Implementations by chapters",
      corner: "Implementation",
      columns: data.chapters.map((chapter) => ({ title: link(address.chapter(chapter), chapter), label: chapter })),
      rows: byGravity.filter((one) => language === undefined || one.language === language).map(implementationRow),
    }),
    sharedProblems(),
  ];
}

function languageFilter(languages, chosen) {
  const item = (language, words) => {
    const current = language === chosen ? "true" : undefined;
    return element("a", { href: address.overview({ language }), "aria-current": current }, words);
  };
  const items = [item(undefined, "All"), ...languages.map((language) => item(language, language))];
  return element("nav", { class: "languages", "aria-label": "Languages" }, items);
}

function implementationRow(one) {
  const title = [
    element("div", { class: "name" }, link(address.implementation(one.name), one.title), " ", faint(origin(one))),
    element("p", { class: "sentence" }, inline(one.notRun === undefined ? one.sentence : `Not run: ${one.notRun}`)),
  ];
  const cell = (chapter) => {
    const problems = one.problems.filter((problem) => isOf(problem, chapter));
    return tile(problems, answered.get(one).has(chapter), address.implementation(one.name, { chapter }));
  };
  return { title, cells: data.chapters.map(cell) };
}

function legend() {
  const item = (grade) =>
    element(
      "li",
      {},
      element("span", { class: `tile ${grade}`, "aria-hidden": "true" }, GRADES[grade].sign),
      ` ${GRADES[grade].words}`,
    );
  return element("ul", { class: "legend", "aria-label": "Signs" }, Object.keys(GRADES).map(item));
}

// A cell of the map: the sign of the gravest problem and the number of problems, as a link to them.
function tile(problems, isAnswered, to) {
  const grade = gravest(problems, isAnswered);
  const count = weight(problems);
  const words =
    count === 0
      ? GRADES[grade].words
      : `${counted(count, grade === "note" ? "minor point" : "problem")}, the gravest: ${problems[0].effect}`;
  const shown = element(
    "span",
    { "aria-hidden": "true" },
    GRADES[grade].sign,
    count > 0 && element("b", {}, `${count}`),
  );
  const attributes = { class: `tile ${grade}`, title: words };
  return count === 0
    ? element("span", attributes, shown, unseen(words))
    : element("a", { ...attributes, href: to }, shown, unseen(words));
}

// A table of tiles. On a narrow screen each row becomes a block, with its problems under their own titles.
function heatMap({ caption, corner, columns, rows }) {
  const head = element(
    "tr",
    {},
    element("th", { scope: "col", class: "corner" }, corner),
    columns.map(({ title }) => element("th", { scope: "col" }, element("span", {}, title))),
  );
  const cell = (content, place) => {
    const isQuiet = content.classList.contains("fine") || content.classList.contains("none");
    return element("td", { class: isQuiet ? "quiet" : undefined, "data-label": columns[place].label }, content);
  };
  const row = ({ title, cells }) => element("tr", {}, element("th", { scope: "row" }, title), cells.map(cell));
  return element(
    "div",
    { class: "map", role: "region", "aria-label": caption, tabindex: "0" },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, head),
      element("tbody", {}, rows.map(row)),
    ),
  );
}

const MOST = 12;

function sharedProblems() {
  const most = shared
    .filter(({ problem, of }) => problem.grade !== "note" && of.length > 1)
    .sort((a, b) => b.of.length - a.of.length);
  if (most.length === 0) return [];
  return [
    element("h2", {}, "What several get wrong"),
    element("ul", { class: "problems" }, most.slice(0, MOST).map(sharedProblem)),
    element("p", { class: "quiet-note" }, link(address.search({ kind: "problems" }), `All ${shared.length} problems`)),
  ];
}

// A problem with everybody who has it.
function sharedProblem({ problem, of }) {
  const who = of.map((it) =>
    element(
      "li",
      {},
      implementationLink(it.one),
      " ",
      faint(`${it.problem.cases.length || it.problem.allowed?.length || 0}`),
    ),
  );
  return element(
    "li",
    { class: `problem ${problem.grade}` },
    element("div", {}, sign(problem.grade), element("strong", {}, inline(capitalized(problem.does)))),
    element(
      "div",
      { class: "small" },
      capitalized(problem.effect),
      problem.clauses.length > 0 && [" · ", clauseList(problem.clauses.slice(0, NAMED))],
    ),
    element("ul", { class: "who", "aria-label": "Who" }, who),
  );
}
