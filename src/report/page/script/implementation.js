// An implementation: its problems by what follows from them, and whatever else is known of it.

function implementationView([name], filters) {
  const one = implementations.get(name);
  if (one === undefined) return missing("implementation", name);
  const chapter = data.chapters.find((it) => it === filters.get("chapter"));
  const problems = one.problems.filter((problem) => chapter === undefined || isOf(problem, chapter));
  return [
    element("h1", { tabindex: "-1" }, one.title, " ", element("small", {}, origin(one))),
    element("p", { class: "lead" }, inline(one.notRun === undefined ? one.sentence : `Not run: ${one.notRun}`)),
    data.probe !== undefined &&
      element(
        "p",
        {},
        "Probe of ",
        code(data.probe.request),
        data.probe.stopped !== undefined && `. Not complete: ${data.probe.stopped}.`,
      ),
    about(one),
    verdictBar(one),
    one.incidents.length > 0 &&
      element(
        "ul",
        { class: "warning" },
        one.incidents.map((text) => element("li", {}, inline(text))),
      ),
    chapterFilter(one, chapter),
    problems.length === 0 && one.notRun === undefined && noProblem(one),
    problemGroups(
      one,
      problems.filter((problem) => !isFolded(problem)),
    ),
    chapter === undefined && unexplained(one),
    problemGroups(one, problems.filter(isFolded)),
    chapter === undefined && [othersOf(one), dialect(one), remarks(one)],
  ];
}

function missing(kind, name) {
  return [
    element("h1", { tabindex: "-1" }, `There is no ${kind} ${name}`),
    element("p", {}, link(address.overview(), "Back to the overview")),
  ];
}

function about(one) {
  const links = [
    one.registry !== undefined && outward(one.registry.link, one.registry.name),
    one.documentation !== undefined && outward(one.documentation, "documentation"),
  ].filter(Boolean);
  return factList([
    ["Adapter", code(one.name)],
    ["Language", one.language === "" ? undefined : `${one.language}${one.runtime === "" ? "" : `, ${one.runtime}`}`],
    ["Links", links.length > 0 && joined(links, ", ")],
    ["Compare", compareWith(one)],
  ]);
}

function compareWith(one) {
  const others = byGravity.filter((other) => other !== one && other.notRun === undefined);
  if (others.length === 0) return undefined;
  const options = others.map((other) => element("option", { value: other.name }, nameOf(other)));
  const select = element(
    "select",
    { "aria-label": "Compare with", name: "with" },
    element("option", { value: "" }, "with…"),
    options,
  );
  select.addEventListener("change", () => {
    go(address.compare(one.name, select.value));
  });
  return select;
}

// How many cases have which verdict. What no case has is not shown.
function verdictBar(one) {
  if (one.notRun !== undefined) return undefined;
  const order = ["fail", "error", "unexpected_pass", "known_failure", "other_reason", "open", "pass", "unsupported"];
  const counts = order.map((verdict) => [verdict, placesWith(one, verdict).length]).filter(([, count]) => count > 0);
  const answers = counts.filter(([verdict]) => verdict !== "unsupported");
  const piece = ([verdict, count]) => element("span", { class: verdict, style: `flex-grow: ${count}` });
  const entry = ([verdict, count]) =>
    element(
      "li",
      { class: verdict },
      link(
        address.search({ implementation: one.name, verdict }),
        element("b", {}, grouped(count)),
        ` ${VERDICTS[verdict]}`,
      ),
    );
  return [
    element("div", { class: "bar", "aria-hidden": "true" }, answers.map(piece)),
    element("ul", { class: "verdicts", "aria-label": "Cases" }, counts.map(entry)),
  ];
}

function chapterFilter(one, chosen) {
  const of = data.chapters.map((chapter) => [chapter, one.problems.filter((problem) => isOf(problem, chapter))]);
  const some = of.filter(([, problems]) => problems.length > 0);
  if (some.length < 2) return undefined;
  const chip = (to, isChosen, ...children) =>
    element("a", { href: to, class: "chip", "aria-current": isChosen ? "true" : undefined }, children);
  const chips = some.map(([chapter, problems]) =>
    chip(
      address.implementation(one.name, { chapter }),
      chapter === chosen,
      sign(problems[0].grade),
      `${chapter} `,
      element("b", {}, `${weight(problems)}`),
    ),
  );
  const all = chip(
    address.implementation(one.name),
    chosen === undefined,
    "All ",
    element("b", {}, `${weight(one.problems)}`),
  );
  return element("nav", { class: "chips", "aria-label": "Chapters" }, all, chips);
}

// What the specification leaves open is folded. A probe has few findings, and shows them all.
const isFolded = (problem) => problem.grade === "note" && data.probe === undefined;

function noProblem(one) {
  if (one.unexplained.length > 0 || one.incidents.length > 0) return undefined;
  return element("p", { class: "quiet-note" }, sign("fine"), "The cases show no problem.");
}

// The problems under a title for each effect.
function problemGroups(one, problems) {
  return [...grouping(problems)].map(([effect, some]) => {
    const title = [sign(some[0].grade), `${capitalized(effect)} `, faint(`${some.length}`)];
    const cards = () => some.map((problem) => problemCard(one, problem));
    if (isFolded(some[0])) return fold(`effect ${effect}`, title, cards);
    return element("section", {}, element("h2", {}, title), cards());
  });
}

function grouping(problems) {
  const groups = new Map();
  for (const problem of problems) groups.set(problem.effect, [...(groups.get(problem.effect) ?? []), problem]);
  return groups;
}

function unexplained(one) {
  if (one.unexplained.length === 0) return undefined;
  return element(
    "section",
    {},
    element("h2", {}, sign("fault"), "No cause explains these ", faint(`${one.unexplained.length}`)),
    lengthy(one.unexplained, {
      step: 20,
      name: "div",
      row: (place) =>
        element("article", { class: "card" }, element("div", { class: "example" }, exampleCase(one, place))),
    }),
  );
}

// Cases that are neither right nor wrong.
function othersOf(one) {
  const lists = ["unexpected_pass", "other_reason"].map((verdict) => [verdict, placesWith(one, verdict)]);
  const some = lists.filter(([, list]) => list.length > 0);
  return some.map(([verdict, list]) => {
    return fold(verdict, [`${capitalized(VERDICTS[verdict])} `, faint(`${list.length}`)], () => caseList(list));
  });
}

function dialect(one) {
  if (one.dialect.length === 0) return undefined;
  const row = ({ name, does, clause }) =>
    element("li", {}, code(name), " ", inline(does), " ", faint(titledClause(clause)));
  const title = ["Its reading of the specification ", faint(`${one.dialect.length}`)];
  return fold("dialect", title, () => element("ul", { class: "cases" }, one.dialect.map(row)));
}

function remarks(one) {
  if (one.remarks.length === 0) return undefined;
  const title = ["Remarks ", faint(`${one.remarks.length}`)];
  return fold("remarks", title, () =>
    element(
      "ul",
      { class: "cases" },
      one.remarks.map((text) => element("li", {}, inline(text))),
    ),
  );
}
