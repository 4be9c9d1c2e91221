// A problem of an implementation: what it does, what it should do, and the smallest example beside it.

function problemCard(one, problem) {
  const key = alike(problem);
  const reason = element(
    "div",
    { class: "reason" },
    element("h3", {}, sign(problem.grade), inline(capitalized(problem.does))),
    problem.consequence !== undefined && element("p", {}, inline(capitalized(problem.consequence)), "."),
    problem.instead !== undefined && element("p", {}, faint("It should be: "), inline(problem.instead), "."),
    facts(one, problem),
    evidence(one, problem, key),
  );
  return element("article", { class: `card ${problem.grade}` }, reason, exampleOf(one, problem));
}

// How many items of a list are named.
const NAMED = 3;

function facts(one, problem) {
  const { clauses, seenIn = [], alternatives = [] } = problem;
  const others = othersWith(one, problem).map(implementationLink);
  return factList([
    ["Clause", clauses.length > 0 && clauseList(clauses)],
    ["Name", problem.instead !== undefined && code(problem.name)],
    ["Also here", others.length > 0 && joined(others, ", ")],
    ["Known from", seenIn.length <= NAMED && seenIn.join(", ")],
    ["Or it is", alternatives.length > 0 && joined(alternatives.map(code), " or ")],
  ]);
}

// Terms with their descriptions. A row without a description is left out.
function factList(rows) {
  const row = ([term, description]) => element("div", {}, element("dt", {}, term), element("dd", {}, description));
  return element("dl", { class: "facts" }, rows.filter(([, description]) => description).map(row));
}

function clauseList(ids) {
  const named = joined(ids.slice(0, NAMED).map(titledClause), ", ");
  return ids.length <= NAMED ? named : [...named, ", ", joined(ids.slice(NAMED).map(clauseLink), ", ")];
}

// The smallest example: two requests with one hash, or one case.
function exampleOf(one, problem) {
  const [collision] = problem.collisions ?? [];
  const place = problem.cases[0] ?? problem.allowed?.[0];
  if (collision === undefined && place === undefined) return undefined;
  return element(
    "div",
    { class: "example" },
    collision === undefined ? exampleCase(one, place) : collisionOf(one, collision),
  );
}

function exampleCase(one, place) {
  const it = data.cases[place];
  const request = it.asked.split("  ")[0];
  // What is wrong with a token is seen in what it says. Hashes are cut.
  const token = tokenIn(it.asked)?.replace(/[0-9a-f]{64}/g, (hash) => `${hash.slice(0, 8)}…`);
  return [
    element("p", { class: "label" }, capitalized(it.summary)),
    element("pre", {}, token === undefined ? it.asked.split("  ").join("\n") : `${request}\n${token}`),
    comparison(one, place),
    element("p", { class: "small" }, "Case ", caseLink(place)),
  ];
}

// Two requests one under the other, and the one text that both have.
function collisionOf(one, [first, second]) {
  const right = (place) => data.cases[place].expected;
  const row = (place) => [
    element("pre", {}, data.cases[place].asked),
    element(
      "p",
      { class: "small" },
      isWrong(one, place) ? "should be: " : "is right: ",
      code(right(place)),
      " ",
      caseLink(place),
    ),
  ];
  return [
    element("p", { class: "label" }, "Two requests, one hash"),
    element("div", { class: "collision" }, row(first), row(second)),
    element("p", { class: "small" }, "Both become"),
    element("pre", { class: "found" }, answerOf(one, isWrong(one, second) ? second : first)),
  ];
}

// What was expected and what was answered. Where both are canonical requests, the difference is marked.
function comparison(one, place) {
  const { difference, hash } = one.answers[place] ?? {};
  const found = answerOf(one, place);
  const expected = data.cases[place].expected;
  // Whose token it is matters only if it should have been accepted.
  if (expected.startsWith("a refusal") && found.startsWith("accepted ")) return compared([expected], ["accepted"]);
  const [right, wrong] =
    difference === undefined ? [[expected], [found]] : marked(...(difference.texts ?? [expected, found]));
  return [compared(right, wrong), hash !== undefined && hashNote(hash)];
}

function compared(right, wrong) {
  const row = (term, texts) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, element("code", {}, texts)));
  return element("dl", { class: "compared" }, row("expected", right), row("answered", wrong));
}

const hashNote = (hash) =>
  element("p", { class: "small" }, "It answered the hash of this text, ", code(hash.slice(0, 8)), "….");

// Two texts, each with its part that differs from the other marked.
function marked(expected, found) {
  const [one, other] = [[...expected], [...found]];
  const most = Math.min(one.length, other.length);
  let front = 0;
  while (front < most && one[front] === other[front]) front += 1;
  let back = 0;
  while (back < most - front && one[one.length - 1 - back] === other[other.length - 1 - back]) back += 1;
  const cut = (signs) => [
    signs.slice(0, front).join(""),
    element("mark", {}, signs.slice(front, signs.length - back).join("")),
    signs.slice(signs.length - back).join(""),
  ];
  return [cut(one), cut(other)];
}

// The cases and pairs behind a problem, folded.
function evidence(one, problem, key) {
  const { cases, collisions = [], allowed = [], seenIn = [] } = problem;
  const pairs = collisions.slice(1);
  const seen = seenIn.length > NAMED ? seenIn : [];
  const pair = (places) => element("div", { class: "example" }, collisionOf(one, places));
  const folds = [
    [cases, "cases", counted(cases.length, "case"), () => caseList(cases)],
    [pairs, "pairs", counted(pairs.length, "more pair"), () => pairs.map(pair)],
    [allowed, "allowed", counted(allowed.length, "open case"), () => caseList(allowed)],
    [
      seen,
      "seen",
      `Known from ${seen.length} implementations`,
      () => element("p", { class: "small" }, seen.join(", ")),
    ],
  ];
  const shown = folds.filter(([items]) => items.length > 0);
  const folded = shown.map(([, name, summary, content]) => fold(`${key} ${name}`, summary, content));
  return element("div", { class: "folds" }, folded);
}

function caseList(list) {
  const row = (place) => element("li", {}, caseLink(place), " ", faint(data.cases[place].summary));
  return lengthy(list, { attributes: { class: "cases" }, row });
}
