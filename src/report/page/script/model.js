// The data of the page, and what follows from it.

const data = JSON.parse(document.getElementById("data").textContent);

const clauses = new Map(data.clauses.map((clause) => [clause.id, clause]));
const places = new Map(data.cases.map(({ id }, place) => [id, place]));
const implementations = new Map(data.implementations.map((one) => [one.name, one]));

// How grave something is: by sign, by word, and by shade. The gravest comes first.
const GRADES = {
  hole: { sign: "✕", words: "security hole" },
  fault: { sign: "!", words: "fault" },
  note: { sign: "~", words: "minor or open" },
  fine: { sign: "✓", words: "no problem" },
  none: { sign: "–", words: "not offered" },
};

const VERDICTS = {
  pass: "as expected",
  other_reason: "refused for another reason",
  fail: "failed",
  known_failure: "known failure",
  unexpected_pass: "passes, but is listed as a known failure",
  unsupported: "not supported",
  open: "open",
  error: "no answer",
};
const WRONG = ["fail", "known_failure", "error"];

const verdictOf = (one, place) => data.verdicts[one.verdicts.charCodeAt(place) - "a".charCodeAt(0)] ?? "unsupported";
const isWrong = (one, place) => WRONG.includes(verdictOf(one, place));
const placesWith = (one, verdict) =>
  data.cases.map((_, place) => place).filter((place) => verdictOf(one, place) === verdict);

// What was answered. An answer that is the expected one is not stored twice.
function answerOf(one, place) {
  const verdict = verdictOf(one, place);
  if (verdict === "unsupported") return VERDICTS.unsupported;
  return one.answers[place]?.answered ?? data.cases[place].expected;
}

const chapterOf = (clause) => clauses.get(clause)?.chapter;
const isOf = (problem, chapter) => problem.clauses.some((clause) => chapterOf(clause) === chapter);

// The chapters that an implementation answers cases of.
const answered = new Map(
  data.implementations.map((one) => {
    const asked = data.cases.filter((_, place) => verdictOf(one, place) !== "unsupported");
    return [one, new Set(asked.flatMap((it) => it.clauses.slice(0, 1).map(chapterOf)))];
  }),
);

// How many problems there are. Minor points count only where there is nothing else.
function weight(problems) {
  const grave = problems.filter((problem) => problem.grade !== "note");
  return grave.length > 0 ? grave.length : problems.length;
}

// The gravest of several problems.
function gravest(problems, isAnswered) {
  const grade = Object.keys(GRADES).find((grade) => problems.some((problem) => problem.grade === grade));
  return grade ?? (isAnswered ? "fine" : "none");
}

// A name for the same problem of several implementations.
const alike = (problem) => `${problem.name} ${problem.effect}`;

// All problems, each with everybody who has it. The gravest come first, and then what most have.
const shared = (() => {
  const found = new Map();
  for (const one of data.implementations) {
    for (const problem of one.problems) {
      const key = alike(problem);
      if (!found.has(key)) found.set(key, { of: [] });
      found.get(key).of.push({ one, problem });
    }
  }
  for (const it of found.values()) it.problem = common(it.of.map(({ problem }) => problem));
  const grades = Object.keys(GRADES);
  const order = ({ problem }) => grades.indexOf(problem.grade);
  return [...found.values()].sort((a, b) => order(a) - order(b) || b.of.length - a.of.length);
})();

// What problems of one name have in common. The text of a claim names the clauses, which may be others for each.
function common(problems) {
  const [first] = problems;
  const isSame = problems.every(({ does }) => does === first.does);
  const all = problems.flatMap((problem) => problem.clauses);
  return { ...first, does: isSame ? first.does : `\`${first.name}\``, clauses: [...new Set(all)] };
}

const othersWith = (one, problem) =>
  (shared.find((it) => alike(it.problem) === alike(problem))?.of ?? [])
    .map((it) => it.one)
    .filter((other) => other !== one);

// The worst come first. Those that were not run come last.
const byGravity = [...data.implementations].sort((a, b) => {
  const count = (one, grade) => one.problems.filter((problem) => problem.grade === grade).length;
  const ran = (one) => Number(one.notRun === undefined);
  return ran(b) - ran(a) || count(b, "hole") - count(a, "hole") || count(b, "fault") - count(a, "fault");
});

// The addresses of the views.
const part = (text) => encodeURIComponent(text);
const address = {
  overview: (filters = {}) => `#${query(filters)}`,
  implementation: (name, filters = {}) => `#implementation/${part(name)}${query(filters)}`,
  chapter: (name) => `#chapter/${part(name)}`,
  clause: (id) => `#clause/${part(id)}`,
  case: (id) => `#case/${id.split("/").map(part).join("/")}`,
  compare: (one, other) => `#compare/${part(one)}/${part(other)}`,
  search: (filters) => `#search${query(filters)}`,
};

function query(filters) {
  const set = Object.entries(filters).filter(([, value]) => value !== "" && value !== undefined);
  return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
}

const link = (to, ...children) => element("a", { href: to }, children);
const implementationLink = (one) => link(address.implementation(one.name), nameOf(one));
const clauseLink = (id) => (clauses.has(id) ? link(address.clause(id), id) : id);
const titledClause = (id) => [clauseLink(id), clauses.has(id) ? ` ${clauses.get(id).title}` : ""];
const caseLink = (place) =>
  element("a", { href: address.case(data.cases[place].id), class: "case" }, data.cases[place].id);

const home = (one) => one.registry?.name ?? one.language;
const origin = (one) => [home(one), one.version].filter((text) => text !== "").join(" ");

// Libraries of one name are told apart by where they come from, by their version, or by the name of the adapter.
const nameOf = (() => {
  const forms = [
    (one) => one.title,
    (one) => `${home(one)} ${one.title}`,
    (one) => `${home(one)} ${one.title} ${one.version}`,
  ];
  const isUnique = (form, one) => data.implementations.filter((other) => form(other) === form(one)).length === 1;
  const names = new Map(
    data.implementations.map((one) => [one, forms.find((form) => isUnique(form, one))?.(one) ?? one.name]),
  );
  return (one) => names.get(one);
})();

// The sign of a grade. A screen reader has its words.
const sign = (grade, text = "") =>
  element(
    "span",
    { class: `sign ${grade}` },
    element("span", { "aria-hidden": "true" }, GRADES[grade].sign),
    unseen(`${GRADES[grade].words} `),
    text,
  );
