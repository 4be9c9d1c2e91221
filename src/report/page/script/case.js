// A case: what was asked, what is right and why, and what each implementation answered. Departures come first.

function caseView(names) {
  const id = names.join("/");
  const place = places.get(id);
  if (place === undefined) return missing("case", id);
  const it = data.cases[place];
  return [
    element("h1", { tabindex: "-1" }, code(id)),
    element("p", { class: "lead" }, inline(capitalized(it.summary)), "."),
    factList([
      ["Level", it.level],
      ["Clause", joined(it.clauses.map(titledClause), ", ")],
    ]),
    element(
      "div",
      { class: "columns" },
      element(
        "section",
        {},
        element("h2", {}, "Asked"),
        question(it.asked),
        element("h2", {}, "Expected"),
        element("pre", {}, it.expected),
      ),
      why(it.clauses[0]),
    ),
    answersTo(place),
  ];
}

// The request, what else was said, and the token as it reads.
function question(asked) {
  const token = tokenIn(asked);
  return [
    element("pre", {}, asked.split(/ {2}/).join("\n")),
    token !== undefined && [element("p", { class: "label" }, "The token says"), element("pre", {}, token)],
  ];
}

// What the first token of a text says.
const tokenIn = (text) =>
  text
    .match(/[\w-]+\.[\w-]+\.[\w-]*/g)
    ?.map(decodedToken)
    .find(Boolean);

// The header and the claims of a token. Nothing, if the text is no token.
function decodedToken(text) {
  try {
    const read = (segment) => {
      const bytes = Uint8Array.from(atob(segment.replaceAll("-", "+").replaceAll("_", "/")), (sign) =>
        sign.charCodeAt(0),
      );
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    };
    const [header, claims] = text.split(".").slice(0, 2).map(read);
    return header.startsWith("{") ? `${header}\n${claims}` : undefined;
  } catch {
    return undefined;
  }
}

// The rule of the main clause, which decides the case.
function why(id) {
  const clause = clauses.get(id);
  if (clause === undefined) return undefined;
  const rule = clause.text.split("\n\n**").slice(0, 1).join("");
  return element(
    "section",
    { class: "text", "aria-label": "Why" },
    element("h2", {}, "Why"),
    element("p", { class: "label" }, titledClause(id), ` · ${clause.level}`),
    markdown(rule),
  );
}

function answersTo(place) {
  const ran = data.implementations.filter((one) => one.notRun === undefined);
  const of = (...verdicts) => ran.filter((one) => verdicts.includes(verdictOf(one, place)));
  const isOther = (one) => one.answers[place] !== undefined;
  const wrong = of(...WRONG);
  const others = of("unexpected_pass", "open", "other_reason", "pass").filter(isOther);
  const silent = of("unsupported");
  const right = of("pass", "open").filter((one) => !isOther(one));
  const names = (all) => joined(all.map(implementationLink), ", ");
  return [
    element("h2", {}, wrong.length === 0 ? "Nobody is wrong" : `${counted(wrong.length, "implementation")} wrong`),
    alikeAnswers(wrong, place).map((all) => answerCard(all, place)),
    alikeAnswers(others, place).map((all) => answerCard(all, place)),
    right.length > 0 && element("p", { class: "quiet-note" }, sign("fine"), "As expected: ", names(right)),
    silent.length > 0 &&
      fold("silent", `${counted(silent.length, "implementation")} without support`, () =>
        element("p", {}, names(silent)),
      ),
  ];
}

// Implementations with the same answer, together.
function alikeAnswers(all, place) {
  const groups = new Map();
  for (const one of all) {
    const key = `${verdictOf(one, place)} ${answerOf(one, place)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function answerCard(all, place) {
  // An answer in words tells more than a hash.
  const first = all.find((one) => one.answers[place].hash === undefined) ?? all[0];
  const verdict = verdictOf(first, place);
  const { difference, hash, hint } = first.answers[place];
  const grade = WRONG.includes(verdict) ? gradeOf(all, place) : verdict === "pass" ? "fine" : "note";
  return element(
    "article",
    { class: `card ${grade}` },
    element(
      "div",
      { class: "reason" },
      element("h3", {}, sign(grade), joined(all.map(implementationLink), ", ")),
      element("p", { class: "label" }, capitalized(verdict === "pass" ? "allowed, too" : VERDICTS[verdict])),
      all.map((one) => causesOf(one, place, all.length > 1)),
    ),
    element(
      "div",
      { class: "example" },
      comparison(first, place),
      difference !== undefined &&
        hash === undefined &&
        element("p", { class: "small" }, `The ${difference.stage} differs at byte ${difference.at}.`),
      hint !== undefined && element("p", { class: "small" }, inline(hint)),
    ),
  );
}

const explaining = (one, place) => one.problems.filter((it) => it.cases.includes(place) || it.allowed?.includes(place));

// How grave a wrong answer is.
function gradeOf(all, place) {
  const problems = all.flatMap((one) => explaining(one, place));
  return problems.length === 0 ? "fault" : gravest(problems, true);
}

// The problems that explain an answer, and what the baseline says about it.
function causesOf(one, place, isNamed) {
  const { reason, link: source } = one.answers[place] ?? {};
  const cause = (problem) => [
    link(address.implementation(one.name), capitalized(problem.effect)),
    ": ",
    inline(problem.does),
  ];
  const known = reason !== undefined && [inline(reason), source ? [" ", outward(source, "source")] : ""];
  const lines = [...explaining(one, place).map(cause), known].filter(Boolean);
  if (lines.length === 0) return undefined;
  return element(
    "ul",
    { class: "causes" },
    lines.map((line) => element("li", {}, isNamed && [faint(nameOf(one)), " "], line)),
  );
}
