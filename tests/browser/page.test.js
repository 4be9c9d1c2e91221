// The page of `qsh run --format html` in a real browser: PAGE is the file, QSH the program, CHROMIUM the browser.
"use strict";

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");
const { after, before, test } = require("node:test");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");

const FILE = resolve(process.env.PAGE);
const QSH = resolve(process.env.QSH ?? "../../target/debug/qsh");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PYPI = "python-atlassian-jwt";
const NPM = "javascript-atlassian-jwt";
const GO = "go-andygrunwald-go-jira";

let browser;
before(async () => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
});
after(() => browser?.close());

// Opens the page at a fragment. Whatever the console says, or the page asks of the network, is a failure.
async function open(fragment = "", { width = 1280, scheme = "light", file = FILE } = {}) {
  const page = await browser.newPage();
  const address = pathToFileURL(file).href;
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(error.message));
  page.on("request", (request) => request.url().startsWith(address) || page.said.push(`asks for ${request.url()}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(address + fragment);
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, []);
  await page.close();
}

const text = (page, selector = "main") => page.$eval(selector, (it) => it.innerText);
const texts = (page, selector) => page.$$eval(selector, (all) => all.map((it) => it.innerText));
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));

// Clicks a link and waits for its view.
async function follow(page, selector) {
  const before = await page.evaluate(() => location.hash);
  await page.click(selector);
  await page.waitForFunction((before) => location.hash !== before, {}, before);
}

async function back(page) {
  const before = await page.evaluate(() => location.hash);
  await page.evaluate(() => history.back());
  await page.waitForFunction((before) => location.hash !== before, {}, before);
}

const data = () => {
  const [, rest] = readFileSync(FILE, "utf8").split('<script type="application/json" id="data">');
  return JSON.parse(rest.split("</script>")[0]);
};

// Every kind of view.
const VIEWS = [
  "",
  `#implementation/${PYPI}`,
  `#implementation/${GO}?chapter=Query`,
  "#implementation/built-in",
  "#chapter/Query",
  "#clause/QSH-Q7",
  "#clause/INS-3",
  "#case/query/special-names/proto",
  "#case/claims/exp/missing",
  "#case/query/count/repeats",
  `#compare/${PYPI}/${NPM}`,
  "#search",
  "#search?text=repeated",
  "#nonsense",
];

test("the page is small, and is painted within a second", async () => {
  assert.ok(statSync(FILE).size < 3 * 2 ** 20, `${statSync(FILE).size} bytes`);
  const page = await open();
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  assert.ok(painted < 1000, `${painted} ms`);
  await close(page);
});

test("the first view has a sentence and a cell for each chapter of every implementation", async () => {
  const page = await open();
  const { implementations, chapters } = data();
  const rows = await page.$$eval(".map tbody tr", (rows) =>
    rows.map((row) => [row.querySelector(".sentence").innerText, row.cells.length - 1]),
  );
  assert.equal(rows.length, implementations.length);
  for (const [sentence, cells] of rows) {
    assert.match(sentence, /^[A-Z].*\.$/);
    assert.equal(cells, chapters.length);
  }
  // A shade is never alone: each cell has a sign, and words for a screen reader.
  const cells = await page.$$eval(".map td", (cells) => cells.map((cell) => cell.textContent));
  for (const cell of cells)
    assert.match(cell, /^([✕!~]\d+\d* (problem|minor point)s?, the gravest: |✓no problem|–not offered)/);
  await close(page);
});

test("one click shows the gravest problem of PyPI atlassian-jwt, with its smallest example", async () => {
  const page = await open();
  await follow(page, `.map a[href="#implementation/${PYPI}"]`);
  assert.match(await text(page, "h1"), /^atlassian-jwt PyPI 3/);
  assert.match(await text(page, "h2"), /Accepts what must be refused/);
  const [card] = await texts(page, ".card");
  assert.match(
    card,
    /CON-6 Expiry is mandatory[^]*expected[^]*a refusal: missing_claim[^]*answered[^]*accepted[^]*claims\/exp\/missing/,
  );
  // The gravest come first, and what the specification leaves open is folded.
  const titles = await texts(page, "h2, main > details > summary");
  const order = [
    "Accepts what must be",
    "Signs what must not be",
    "Two requests, one hash",
    "Another hash",
    "Undocumented exception",
    "Open in the specification",
  ];
  const found = order.map((title) => titles.findIndex((it) => it.includes(title)));
  assert.deepEqual(
    found,
    [...found].sort((a, b) => a - b),
  );
  assert.ok(found[0] === 0 && !found.includes(-1), `${titles}`);
  const links = await page.$$eval("a.outward", (all) => all.map((it) => it.href));
  assert.deepEqual(links.slice(0, 2), [
    "https://pypi.org/project/atlassian-jwt/3.0.0/",
    "https://bitbucket.org/atlassian/atlassian-jwt-py",
  ]);
  await close(page);
});

test("two clicks show everybody who joins repeated values wrongly", async () => {
  const page = await open();
  await follow(page, '.map thead a[href="#chapter/Query"]');
  await follow(page, 'a[href="#clause/QSH-Q8"]');
  const cards = await texts(page, ".card");
  assert.ok(
    cards.some((card) => /joined without a separator[^]*andygrunwald\/go-jira/.test(card)),
    `${cards}`,
  );
  assert.ok(
    cards.some((card) => /written as a pair of its own[^]*atlassian-app-auth/.test(card)),
    `${cards}`,
  );
  const main = await text(page);
  assert.match(main, /As the clause says: [^]*built-in/);
  assert.match(main, /Rule\. A parameter is written once/);
  await close(page);
});

test("two clicks show why a case is as it is", async () => {
  const page = await open();
  await follow(page, `.map a[href="#implementation/${NPM}?chapter=Query"]`);
  await follow(page, 'a[href="#case/query/special-names/proto-alone"], a[href="#case/query/special-names/proto"]');
  const main = await text(page);
  assert.match(
    main,
    /Asked[^]*__proto__[^]*Expected[^]*__proto__[^]*Why[^]*QSH-Q19[^]*Rule\.[^]*wrong[^]*npm atlassian-jwt/,
  );
  assert.match(main, /Two requests, one hash: __proto__ is dropped/);
  await close(page);
});

test("two requests with one hash stand one under the other", async () => {
  const page = await open(`#implementation/${GO}`);
  const [pair] = await texts(page, ".example");
  assert.match(
    pair,
    /Two requests, one hash[^]*GET \/p\?a=&a=[^]*should be: GET&\/p&a=,[^]*GET \/p\?a=[^]*is right: GET&\/p&a=[^]*Both become[^]*GET&\/p&a=/,
  );
  await close(page);
});

test("a case has the token as it reads", async () => {
  const page = await open("#case/claims/exp/missing");
  assert.match(await text(page), /The token says\s*{"alg":"HS256","typ":"JWT"}\s*{"iss":/);
  await close(page);
});

test("an answer that the specification leaves open is shown as it is", async () => {
  const page = await open("#case/path/trailing-slash/two");
  const main = await text(page);
  assert.match(main, /Nobody is wrong[^]*PyPI atlassian-jwt[^]*Open[^]*answered\s*GET&\/a&\n[^]*As expected: built-in/);
  assert.doesNotMatch(main.split("As expected")[1], /PyPI atlassian-jwt/);
  await close(page);
});

test("what passes is no finding, and counts of zero are not shown", async () => {
  const { implementations, verdicts } = data();
  for (const { name, verdicts: letters, problems } of implementations) {
    for (const problem of problems) {
      const passing = problem.cases.filter((place) => verdicts[letters.charCodeAt(place) - 97] === "pass");
      assert.deepEqual(passing, [], `${name}: ${problem.name}`);
    }
  }
  const allowed = await open("#case/token/critical/b64");
  assert.match(await text(allowed), /Nobody is wrong[^]*PyPI atlassian-jwt[^]*Allowed, too[^]*answered\s*accepted/);
  await close(allowed);
  const page = await open("#implementation/built-in");
  assert.deepEqual(
    (await texts(page, ".verdicts li")).map((it) => it.replace(/^[\d,]+ /, "")),
    ["open", "as expected"],
  );
  assert.match(await text(page), /The cases show no problem/);
  await close(page);
});

test("the place is in the address, and Back restores what was opened", async () => {
  const page = await open(`#implementation/${PYPI}`);
  const summary = (await page.$$(".card summary"))[3];
  await summary.click();
  await page.waitForSelector(".card details[open] a.case");
  const link = await page.$(".card details[open] li:nth-child(3) a.case");
  await link.evaluate((it) => it.scrollIntoView({ block: "center" }));
  const [id, top] = await link.evaluate((it) => [it.textContent, scrollY]);
  assert.ok(top > 100);
  await link.click();
  await page.waitForFunction(() => location.hash.startsWith("#case/"));
  assert.equal(await hash(page), `#case/${id}`);
  assert.equal(await text(page, "h1"), id);
  assert.equal(await page.evaluate(() => scrollY), 0);
  await back(page);
  assert.equal(await page.$$eval(".card details[open]", (all) => all.length), 1);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), id);
  const restored = await page.evaluate(() => scrollY);
  assert.ok(Math.abs(restored - top) < 5, `${restored} and not ${top}`);
  await close(page);
});

test("filters are in the address", async () => {
  const page = await open("#search");
  const all = data().cases.length.toLocaleString("en-US");
  assert.equal(await text(page, "#count"), `${all} cases`);
  await page.select(".filters [name=implementation]", NPM);
  await page.waitForFunction(() => location.hash.includes("implementation="));
  await page.focus(".filters [name=verdict]");
  await page.select(".filters [name=verdict]", "wrong");
  await page.waitForFunction(() => location.hash.includes("verdict=wrong"));
  assert.equal(await page.evaluate(() => document.activeElement.name), "verdict");
  const narrowed = await text(page, "#count");
  assert.match(narrowed, /^\d+ cases$/);
  await page.reload();
  assert.equal(await text(page, "#count"), narrowed);
  assert.equal(await page.$eval(".filters [name=verdict]", (it) => it.value), "wrong");
  await page.select(".filters [name=chapter]", "Query");
  await page.waitForFunction(() => location.hash.includes("chapter=Query"));
  assert.ok((await texts(page, ".found-cases .case")).every((id) => id.startsWith("query/")));
  await back(page);
  assert.equal(await text(page, "#count"), narrowed);
  await close(page);
});

test("the map shows the implementations of one language", async () => {
  const page = await open();
  await follow(page, '.languages a[href$="language=Python"]');
  assert.equal(await hash(page), "#?language=Python");
  const shown = await page.$$eval(".map tbody th a", (all) => all.map((it) => it.hash.split("/")[1]));
  assert.ok(shown.length > 1 && shown.every((name) => name.startsWith("python-")), `${shown}`);
  await close(page);
});

test("search finds problems, clauses, implementations and cases", async () => {
  const page = await open();
  await page.type("#search", "repeated values");
  await page.waitForFunction(() => location.hash.endsWith("text=repeated+values"));
  assert.match(
    await text(page),
    /Clauses[^]*QSH-Q7 Order of repeated values[^]*Problems[^]*without a separator[^]*go-jira[^]*Cases/,
  );
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  // The letters are one entry of the history.
  await back(page);
  assert.equal(await hash(page), "");
  await page.$eval("#search", (it) => it.focus());
  await page.type("#search", "pyjwt");
  await page.waitForFunction(() => location.hash.endsWith("text=pyjwt"));
  assert.match(await text(page), /Implementations[^]*PyJWT/);
  await page.$eval("#search", (it) => (it.value = ""));
  await page.type("#search", "qwertz");
  await page.waitForFunction(() => location.hash.endsWith("text=qwertz"));
  assert.match(await text(page), /Nothing was found/);
  await close(page);
  // A reason of a baseline is searched for with its implementation.
  const reason = await open(`#search?text=no+settable+member&implementation=${NPM}`);
  assert.deepEqual(await texts(reason, ".found-cases .case"), [
    "query/special-names/proto",
    "query/special-names/proto-alone",
  ]);
  await close(reason);
});

test("two implementations are compared", async () => {
  const page = await open(`#implementation/${GO}`);
  await page.select("select[name=with]", "go-craftamap-atlas-gonnect");
  await page.waitForFunction(() => location.hash.startsWith("#compare/"));
  const main = await text(page);
  assert.match(
    main,
    /Only andygrunwald\/go-jira[^]*joined without a separator[^]*Only craftamap\/atlas-gonnect[^]*Both[^]*The path is percent-decoded/,
  );
  assert.match(main, /Cases that they answer differently \d+/);
  await close(page);
  const same = await open("#compare/javascript-atlassian-atlassian-jwt/javascript-atlassian-jwt");
  assert.match(await text(same), /None of the cases that both answer/);
  await close(same);
});

test("more cases come when they are asked for", async () => {
  const page = await open("#search");
  const count = () => page.$$eval(".found-cases > li", (all) => all.length);
  const first = await count();
  await page.evaluate(() => [...document.querySelectorAll("main button")].at(-1).click());
  assert.equal(await count(), 2 * first);
  await close(page);
});

test("code is code, and what is not there is said to be missing", async () => {
  for (const view of VIEWS) {
    const page = await open(view);
    assert.ok(!(await text(page)).includes("`"), view);
    await close(page);
  }
  for (const [fragment, name] of [
    ["%3Cb%3Enobody", "<b>nobody"],
    ["nobody%", "nobody%"],
  ]) {
    const page = await open(`#case/${fragment}`);
    assert.equal(await text(page, "h1"), `There is no case ${name}`);
    await close(page);
  }
});

test("the keyboard gets everywhere", async () => {
  const page = await open();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("atlassian-jwt PyPI");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
  // Behind the title come the filters, and then the first implementation.
  while ((await page.evaluate(() => document.activeElement.tagName)) !== "A") await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#implementation/"));
  assert.equal(await hash(page), `#implementation/${PYPI}`);
  // A new view has the focus on its title.
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await close(page);
});

test("a telephone never scrolls sideways", async () => {
  for (const fragment of VIEWS) {
    const page = await open(fragment, { width: 360 });
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `${wide} of ${seen} at ${fragment}`);
    await close(page);
  }
});

test("dark is dark, and print is light and without fields", async () => {
  const lightness = (page) =>
    page.evaluate(() => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0]));
  const page = await open(`#implementation/${PYPI}`, { scheme: "dark" });
  assert.ok((await lightness(page)) < 50);
  await page.emulateMediaType("print");
  assert.equal(await lightness(page), 255);
  const shown = await page.$$eval(
    "header, main select, .chips",
    (all) => all.filter((it) => it.checkVisibility()).length,
  );
  assert.equal(shown, 0);
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
  await page.close();
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme}`, async () => {
    for (const fragment of VIEWS) {
      const page = await open(fragment, { scheme });
      await page.$$eval("main > details > summary", (all) => all.forEach((it) => it.click()));
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() => axe.run());
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      assert.deepEqual(found, [], fragment);
      assert.ok(passes.length > 10);
      await close(page);
    }
  });
}

// The exit code is that of the run, which may have failed.
function qsh(...words) {
  const { status, stderr } = spawnSync(QSH, words, { encoding: "utf8" });
  assert.ok(status === 0 || status === 1, stderr);
}

// A report as a hostile adapter could make it.
test("foreign text never becomes markup, and a command has the name of its library", async () => {
  const folder = mkdtempSync(join(tmpdir(), "qsh-page-"));
  const [json, html] = ["report.json", "report.html"].map((name) => join(folder, name));
  try {
    qsh("run", "path/trailing-slash", "--adapter", "built-in", "--format", "json", "--output", json);
    const report = JSON.parse(readFileSync(json, "utf8"));
    const hostile = '</script><img src=x onerror="hacked=1">`<b>` javascript:hacked=1';
    const [adapter] = report.adapters;
    Object.assign(adapter, {
      name: "command",
      library: "my-sdk <b>",
      language: hostile,
      runtime: hostile,
      documentation: "javascript:hacked=1",
      incidents: [hostile],
      remarks: [hostile],
    });
    adapter.causes = [
      {
        name: hostile,
        effect: "one_hash",
        does: hostile,
        instead: hostile,
        clauses: ["QSH-P7", hostile],
        seen_in: [hostile],
        alternatives: [hostile],
        cases: [report.results[0].case],
        allowed: [],
        collisions: [[report.results[0].case, report.results[1].case]],
      },
    ];
    for (const result of report.results) {
      Object.assign(result, {
        adapter: "command",
        summary: hostile,
        verdict: "known_failure",
        allowed: false,
        known: { reason: hostile, link: "javascript:hacked=1" },
      });
      result.outcome = { kind: "fault", type: hostile, message: hostile };
    }
    writeFileSync(json, JSON.stringify(report));
    qsh("report", "show", json, "--format", "html", "--output", html);
    for (const view of [
      "",
      `#case/${report.results[0].case}`,
      "#clause/QSH-P7",
      "#search?text=hacked",
      `#search?text=${encodeURIComponent(hostile)}`,
    ]) {
      const page = await open(view, { file: html });
      await page.$$eval("summary", (all) => all.forEach((it) => it.click()));
      const markup = await page.$$eval("main img, main b > *, main script", (all) => all.length);
      const links = await page.$$eval("main a", (all) => all.map((it) => it.getAttribute("href")));
      assert.equal(markup, 0, view);
      assert.deepEqual(
        links.filter((it) => !/^(#|https:)/.test(it)),
        [],
        view,
      );
      assert.equal(await page.evaluate(() => typeof hacked), "undefined");
      if (view === "") assert.match(await text(page, "h1"), /^my-sdk <b>/);
      await close(page);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
