// A clause and a chapter of the specification: who departs from it, and how.

function clauseView([id]) {
  const clause = clauses.get(id);
  if (clause === undefined) return missing("clause", id);
  const departing = shared
    .map(({ problem, of }) => ({ problem, of: of.filter((it) => it.problem.clauses.includes(id)) }))
    .filter(({ of }) => of.length > 0);
  const ran = data.implementations.filter((one) => one.notRun === undefined);
  const departs = new Set(departing.flatMap(({ of }) => of.map((it) => it.one)));
  const list = data.cases.map((_, place) => place).filter((place) => data.cases[place].clauses.includes(id));
  const isAnswered = (one) => list.some((place) => verdictOf(one, place) !== "unsupported");
  const keeping = ran.filter((one) => !departs.has(one) && isAnswered(one));
  const silent = ran.filter((one) => !departs.has(one) && !isAnswered(one));
  const names = (all) => joined(all.map(implementationLink), ", ");
  return [
    element("h1", { tabindex: "-1" }, `${id} ${clause.title}`),
    element(
      "p",
      { class: "lead" },
      link(address.chapter(clause.chapter), clause.chapter),
      ` · ${clause.level} · `,
      counted(list.length, "case"),
    ),
    element(
      "div",
      { class: "columns" },
      element(
        "section",
        {},
        element("h2", {}, departing.length === 0 ? "Nobody departs from it" : "Who departs from it"),
        departing.map((it) => departure(it, id)),
        keeping.length > 0 &&
          element("p", { class: "quiet-note" }, sign("fine"), "As the clause says: ", names(keeping)),
        silent.length > 0 &&
          fold("silent", `${counted(silent.length, "implementation")} not asked`, () =>
            element("p", {}, names(silent)),
          ),
        fold("cases", counted(list.length, "case"), () => caseList(list)),
      ),
      element("section", { class: "text", "aria-label": "The clause" }, markdown(clause.text)),
    ),
  ];
}

// One way of departing from a clause, with everybody who does it.
function departure({ problem, of }, id) {
  const [{ one, problem: first }] = of;
  const isOfClause = (place) => data.cases[place].clauses[0] === id;
  // The example is one of this clause, if there is one.
  const cases = [...first.cases.filter(isOfClause), ...first.cases];
  const example = exampleOf(one, { ...first, cases, collisions: first.clauses[0] === id ? first.collisions : [] });
  const item = (it) => element("li", {}, implementationLink(it.one), " ", faint(casesOf(it.problem)));
  return element(
    "article",
    { class: `card ${problem.grade}` },
    element(
      "div",
      { class: "reason" },
      element("p", { class: "label" }, capitalized(problem.effect)),
      element("h3", {}, sign(problem.grade), inline(capitalized(problem.does))),
      element("ul", { class: "who", "aria-label": "Who" }, of.map(item)),
    ),
    example,
  );
}

const casesOf = (problem) => counted(problem.cases.length || (problem.allowed?.length ?? 0), "case");

function chapterView([name]) {
  if (!data.chapters.includes(name)) return missing("chapter", name);
  const ran = byGravity.filter((one) => one.notRun === undefined);
  const of = data.clauses.filter(({ chapter }) => chapter === name);
  const cells = ({ id }) =>
    ran.map((one) => {
      const problems = one.problems.filter((problem) => problem.clauses.includes(id));
      const isAnswered = data.cases.some(
        (it, place) => it.clauses[0] === id && verdictOf(one, place) !== "unsupported",
      );
      return tile(problems, isAnswered, address.implementation(one.name, { chapter: name }));
    });
  const row = (clause) => ({
    title: element(
      "div",
      { class: "name" },
      link(address.clause(clause.id), clause.id),
      ` ${clause.title} `,
      faint(clause.level),
    ),
    cells: cells(clause),
  });
  const [departed, kept] = [true, false].map((wanted) =>
    of.filter(({ id }) => ran.some((one) => one.problems.some((problem) => problem.clauses.includes(id))) === wanted),
  );
  return [
    element("h1", { tabindex: "-1" }, name),
    element(
      "p",
      { class: "lead" },
      `${counted(of.length, "clause")} of the specification. A clause leads to everybody who departs from it.`,
    ),
    legend(),
    departed.length > 0 &&
      heatMap({
        caption: `Clauses of ${name} by implementations`,
        corner: "Clause",
        columns: ran.map((one) => ({ title: implementationLink(one), label: nameOf(one) })),
        rows: departed.map(row),
      }),
    kept.length > 0 && [
      element("h2", {}, "Nobody departs from these"),
      element(
        "ul",
        { class: "cases" },
        kept.map(({ id }) => element("li", {}, titledClause(id))),
      ),
    ],
  ];
}
