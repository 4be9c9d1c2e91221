// Search in implementations, clauses, problems and cases, and the filters of cases. Everything that is chosen stands in the
// address.

const FILTERS = ["text", "implementation", "verdict", "level", "chapter", "kind"];
const KINDS = {
  "": "everything",
  implementations: "implementations",
  clauses: "clauses",
  problems: "problems",
  cases: "cases",
};

function searchView(_, filters) {
  const chosen = Object.fromEntries(FILTERS.map((name) => [name, filters.get(name) ?? ""]));
  const words = chosen.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const fits = (...texts) => {
    const haystack = texts.flat(Infinity).join(" ").toLowerCase();
    return words.every((word) => haystack.includes(word));
  };
  const isOnlyCases = ["implementation", "verdict", "level"].some((name) => chosen[name] !== "");
  const wants = (kind) =>
    chosen.kind === "" ? kind === "cases" || (words.length > 0 && !isOnlyCases) : chosen.kind === kind;
  const results = [
    wants("implementations") && foundImplementations(fits),
    wants("clauses") && foundClauses(fits, chosen),
    wants("problems") && foundProblems(fits, chosen),
    wants("cases") && foundCases(fits, chosen),
  ].filter(Boolean);
  const found = results.filter(({ items }) => items.length > 0);
  const count = found.map(({ items, noun }) => counted(items.length, noun)).join(", ");
  return [
    element(
      "h1",
      { tabindex: "-1" },
      words.length === 0 ? capitalized(chosen.kind || "cases") : `Search: ${chosen.text.trim()}`,
    ),
    filterForm(chosen),
    element("p", { id: "count", role: "status" }, count || "Nothing was found."),
    found.map(({ noun, content }) => {
      const title = `${capitalized(noun)}s`;
      return element("section", { "aria-label": title }, results.length > 1 && element("h2", {}, title), content());
    }),
  ];
}

function filterForm(chosen) {
  const choices = {
    kind: Object.entries(KINDS),
    implementation: [["", "all"], ...byGravity.map((one) => [one.name, nameOf(one)])],
    verdict: [
      ["", "all"],
      ["wrong", "not as expected"],
      ...data.verdicts.map((verdict) => [verdict, VERDICTS[verdict]]),
    ],
    level: ["", "must", "should", "open"].map((level) => [level, level || "all"]),
    chapter: [["", "all"], ...data.chapters.map((chapter) => [chapter, chapter])],
  };
  const label = ([name, options]) => {
    const option = ([value, text]) =>
      element("option", { value, selected: value === chosen[name] ? "" : undefined }, text);
    return element(
      "label",
      {},
      name === "kind" ? "Show" : capitalized(name),
      element("select", { name }, options.map(option)),
    );
  };
  const form = element("form", { class: "filters", "aria-label": "Filters" }, Object.entries(choices).map(label));
  form.addEventListener("change", () => {
    const all = Object.fromEntries(new FormData(form));
    go(address.search({ text: chosen.text, ...all }));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function foundImplementations(fits) {
  const items = byGravity.filter((one) => fits(one.name, one.title, origin(one), one.language));
  const row = (one) =>
    element(
      "li",
      { class: "problem" },
      element("strong", {}, implementationLink(one)),
      " ",
      faint(origin(one)),
      element("div", { class: "small" }, one.sentence),
    );
  return { noun: "implementation", items, content: () => element("ul", { class: "problems" }, items.map(row)) };
}

function foundClauses(fits, { chapter }) {
  const items = data.clauses.filter((it) => (chapter === "" || it.chapter === chapter) && fits(it.id, it.title));
  return {
    noun: "clause",
    items,
    content: () =>
      element(
        "ul",
        { class: "cases" },
        items.map(({ id }) => element("li", {}, titledClause(id))),
      ),
  };
}

function foundProblems(fits, { chapter, implementation }) {
  const titles = (problem) => problem.clauses.map((id) => [id, clauses.get(id)?.title ?? ""]);
  const items = shared
    .map(({ problem, of }) => ({
      problem,
      of: of.filter(({ one }) => implementation === "" || one.name === implementation),
    }))
    .filter(({ problem, of }) => of.length > 0 && (chapter === "" || isOf(problem, chapter)))
    .filter(({ problem, of }) =>
      fits(
        problem.name,
        problem.does,
        problem.instead ?? "",
        problem.effect,
        titles(problem),
        of.map(({ one }) => nameOf(one)),
      ),
    );
  return {
    noun: "problem",
    items,
    content: () => lengthy(items, { step: 30, attributes: { class: "problems" }, row: sharedProblem }),
  };
}

function foundCases(fits, chosen) {
  const asked = data.implementations.filter(
    ({ name }) => chosen.implementation === "" || name === chosen.implementation,
  );
  const isWanted = (one, place) =>
    chosen.verdict === "" ||
    (chosen.verdict === "wrong" ? isWrong(one, place) : verdictOf(one, place) === chosen.verdict);
  const reasons = (place) => asked.map((one) => one.answers[place]?.reason ?? "");
  const isFound = (it, place) =>
    (chosen.level === "" || it.level === chosen.level) &&
    (chosen.chapter === "" || it.clauses.some((clause) => chapterOf(clause) === chosen.chapter)) &&
    asked.some((one) => isWanted(one, place)) &&
    fits(it.id, it.summary, it.clauses, it.asked, it.expected, reasons(place));
  const all = data.cases.map((_, place) => place).filter((place) => isFound(data.cases[place], place));
  // Departures come first.
  const departs = (place) => asked.some((one) => isWrong(one, place));
  const items = [...all.filter(departs), ...all.filter((place) => !departs(place))];
  const row = (place) => foundCase(place, asked);
  return { noun: "case", items, content: () => lengthy(items, { attributes: { class: "found-cases" }, row }) };
}

function foundCase(place, asked) {
  const it = data.cases[place];
  const verdicts = asked.map((one) => verdictOf(one, place)).filter((verdict) => verdict !== "unsupported");
  const wrong = asked.filter((one) => isWrong(one, place));
  const words =
    asked.length === 1 ? VERDICTS[verdictOf(asked[0], place)] : `${wrong.length} of ${verdicts.length} wrong`;
  return element(
    "li",
    {},
    element(
      "div",
      {},
      caseLink(place),
      " ",
      faint(it.clauses.slice(0, 1), ` ${it.level}`),
      element("div", { class: "small" }, it.summary),
    ),
    element("div", { class: "state" }, wrong.length > 0 && sign(gradeOf(wrong, place)), words),
  );
}
