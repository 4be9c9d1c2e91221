// Two implementations side by side: the problems of one, of the other, and of both, and the cases that they answer
// differently.

function compareView([left = "", right = ""]) {
  const [one, other] = [implementations.get(left), implementations.get(right)];
  return [
    element("h1", { tabindex: "-1" }, "Compare two implementations"),
    chooser(left, right),
    one !== undefined && other !== undefined && one !== other && differences(one, other),
  ];
}

function chooser(left, right) {
  const select = (name, label, chosen) => {
    const options = byGravity
      .filter((one) => one.notRun === undefined)
      .map((one) => {
        return element("option", { value: one.name, selected: one.name === chosen ? "" : undefined }, nameOf(one));
      });
    return element(
      "label",
      {},
      label,
      element("select", { name }, element("option", { value: "" }, "choose"), options),
    );
  };
  const form = element("form", { class: "filters" }, select("one", "One", left), select("other", "Another", right));
  form.addEventListener("change", () => {
    go(address.compare(form.elements.one.value, form.elements.other.value));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function differences(one, other) {
  const has = (it, problem) => it.problems.some((another) => alike(another) === alike(problem));
  const only = (it, another) => it.problems.filter((problem) => !has(another, problem));
  const both = one.problems.filter((problem) => has(other, problem));
  const isAnswered = (place) => [one, other].every((it) => verdictOf(it, place) !== "unsupported");
  const differs = (place) => isAnswered(place) && answerOf(one, place) !== answerOf(other, place);
  const differ = data.cases.map((_, place) => place).filter(differs);
  return [
    element(
      "div",
      { class: "columns" },
      titledProblems(`Only ${nameOf(one)}`, only(one, other)),
      titledProblems(`Only ${nameOf(other)}`, only(other, one)),
    ),
    titledProblems("Both", both),
    element("h2", {}, "Cases that they answer differently ", faint(grouped(differ.length))),
    differ.length === 0
      ? element("p", { class: "faint" }, "None of the cases that both answer.")
      : lengthy(differ, { step: 50, name: "div", row: (place) => bothAnswers(one, other, place) }),
  ];
}

function titledProblems(title, problems) {
  return element(
    "section",
    {},
    element("h2", {}, title, " ", faint(`${problems.length}`)),
    problems.length === 0
      ? element("p", { class: "faint" }, "None.")
      : element("ul", { class: "problems" }, problems.map(problemRow)),
  );
}

function problemRow(problem) {
  const effect = `${capitalized(problem.effect)} · ${casesOf(problem)} · `;
  return element(
    "li",
    { class: `problem ${problem.grade}` },
    element("div", {}, sign(problem.grade), element("strong", {}, inline(capitalized(problem.does)))),
    element("div", { class: "small" }, effect, clauseList(problem.clauses.slice(0, NAMED))),
  );
}

function bothAnswers(one, other, place) {
  const texts = [one, other].map((it) => answerOf(it, place));
  const isCanonical = texts.every((text) => /^[^ ]*&\//.test(text));
  const [left, right] = isCanonical ? marked(...texts) : texts.map((text) => [text]);
  const row = (it, text) =>
    element(
      "div",
      {},
      element(
        "dt",
        {},
        sign(isWrong(it, place) ? "fault" : verdictOf(it, place) === "pass" ? "fine" : "note"),
        nameOf(it),
      ),
      element("dd", {}, element("code", {}, text)),
    );
  return element(
    "article",
    { class: "card" },
    element(
      "div",
      { class: "reason" },
      element("p", {}, caseLink(place)),
      element("p", { class: "small" }, data.cases[place].summary),
    ),
    element("div", { class: "example" }, element("dl", { class: "compared named" }, row(one, left), row(other, right))),
  );
}
