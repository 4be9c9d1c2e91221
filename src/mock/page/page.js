"use strict";

const KEPT = 1000;
const PRODUCTS = { jira: "Jira", confluence: "Confluence" };
const FILTERS = { all: "All", accepted: "Accepted", refused: "Refused", failed: "Failed", unexpected: "Not as expected" };
const LIMITS = {
  headers_too_long: "with headers that are too long",
  bodies_too_large: "with a body that is too large",
  not_http: "that are not HTTP",
  timed_out: "that did not come in time",
  turned_away: "too many at once",
};

const at = (id) => document.getElementById(id);
const list = at("list");
// The exchanges by id, oldest first: what the server sent, and its item in the list.
const exchanges = new Map();
// What was sent and did not come back as an exchange yet: its key, and since when.
const underWay = new Map();
const news = { exchanges: [], text: "", timer: undefined };
let session;
let sessionRead = 0;
let newest;
let filter = "all";
let timer;
let isAsking = false;
let isLoaded = false;
let goneSince;

const product = () => PRODUCTS[session?.product] ?? session?.product ?? "the product";
const site = () => session.sites.find(({ name }) => name === at("site")?.value) ?? session.sites[0];
const isFrom = ({ direction }) => direction === "from_app";

// Shows a text in an element that is hidden without one.
function say(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
  at(id).hidden = text === "";
}

// The JSON that the server answers with. Throws an error with a sentence to show.
async function ask(path, order) {
  const sent = order && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) };
  let response;
  let answer;
  try {
    response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(15 * SECOND), ...sent });
    answer = await response.json();
  } catch {
    throw new Error(
      response && !response.ok ? `qsh mock answers with status ${response.status}.` : "qsh mock does not answer.",
    );
  }
  if (!response.ok) throw new Error(answer.error ?? `qsh mock answers with status ${response.status}.`);
  return answer;
}

/* Polling */

function poll(delay) {
  clearTimeout(timer);
  timer = setTimeout(tick, delay);
}

async function tick() {
  if (isAsking) return;
  isAsking = true;
  let answers;
  try {
    answers = await Promise.all([exchangesSince(), sessionIfDue()]);
  } catch (error) {
    setGone(error.message);
  }
  try {
    if (answers) {
      setGone("");
      receive(...answers);
    }
    for (const [key, since] of underWay) if (Date.now() - since > 60 * SECOND) underWay.delete(key);
    showUnderWay();
  } finally {
    isAsking = false;
    poll(underWay.size > 0 ? SECOND / 4 : SECOND);
  }
}

// The newest exchange that the page has is asked for again. A server that was started again does not have it.
const exchangesSince = () => ask(`/-/exchanges?after=${newest === undefined ? 0 : newest.id - 1}`);

const sessionIfDue = () => (Date.now() - sessionRead < 5 * SECOND ? undefined : ask("/-/session"));

function receive(answer, read) {
  if (read) {
    sessionRead = Date.now();
    showSession(read);
  }
  if (newest !== undefined && !answer.exchanges.some((it) => it.id === newest.id && it.at === newest.at)) {
    forget();
    return;
  }
  const fresh = answer.exchanges.filter(({ id }) => newest === undefined || id > newest.id);
  if (fresh.length > 0) {
    newest = fresh.at(-1);
    add(fresh, isLoaded);
    // An exchange may have changed what is installed.
    sessionRead = 0;
  }
  isLoaded = true;
  showCounts();
  say(
    "dropped",
    answer.dropped > 0
      ? `${counted(answer.dropped, "older exchange")} ${answer.dropped === 1 ? "is" : "are"} no longer kept by qsh mock.`
      : "",
  );
}

// Another server has taken the place of the one that the page knew.
function forget() {
  exchanges.clear();
  list.replaceChildren();
  newest = undefined;
  isLoaded = false;
  sessionRead = 0;
  underWay.clear();
  hideToken();
  tell("qsh mock was started again. The list begins anew.");
}

function setGone(text) {
  if (text === "") {
    if (goneSince !== undefined) tell("qsh mock answers again.");
    goneSince = undefined;
    say("gone", "");
    return;
  }
  goneSince ??= new Date();
  say("gone", `${text} This page asks again every second, since ${clock(goneSince)}. Is qsh mock still running?`);
}

/* Session */

function showSession(read) {
  const before = session;
  session = read;
  const changed = (part) => JSON.stringify(before?.[part]) !== JSON.stringify(read[part]);
  if (["app", "product", "sites"].some(changed)) showHead();
  if (changed("orders")) showOrders();
  const limits = Object.entries(read.limits ?? {}).filter(([, count]) => count > 0);
  const turnedAway = limits.map(([name, count]) => `${count} ${LIMITS[name] ?? words(name)}`).join(", ");
  say("limits", turnedAway && `Requests that were turned away unread: ${turnedAway}.`);
}

function showHead() {
  const { app, sites } = session;
  const chosen = at("site")?.value;
  const isFocused = document.activeElement?.id === "site";
  at("name").textContent = `${app.name || app.key} on ${product()}`;
  at("about").textContent = `qsh mock plays ${product()} for this app.`;
  at("orders").textContent = `Send as ${product()}`;
  const option = ({ name, is_installed }) =>
    element("option", { value: name }, `${name}${is_installed ? "" : " (not installed)"}`);
  const fact = (name, ...value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  const only = element("span", {}, sites[0]?.name ?? "none");
  const select = element("select", { id: "site", "aria-label": "Site" }, sites.map(option));
  if (chosen !== undefined) select.value = chosen;
  select.addEventListener("change", () => {
    showOrders();
    hideToken();
    showSite();
  });
  at("facts").replaceChildren(
    fact("App", code(app.url)),
    fact("App key", code(app.key)),
    app.base_url === app.url ? "" : fact("Base URL in the descriptor", code(app.base_url)),
    fact("Site", sites.length > 1 ? select : only),
    fact("Base URL of the site", element("code", { id: "base" })),
    fact("Client key", element("code", { id: "client" })),
    fact("App on this site", element("span", { id: "installed" })),
  );
  if (isFocused) at("site")?.focus();
  showSite();
}

function showSite() {
  const { base_url, client_key, is_installed } = site() ?? {};
  at("base").textContent = base_url ?? "";
  at("client").textContent = client_key ?? "";
  at("installed").textContent = is_installed ? "✓ installed" : "not installed";
  at("installed").className = is_installed ? "good" : "known";
  showEmpty();
}

function showOrders() {
  const focused = document.activeElement?.dataset?.key;
  const chosen = new Map([...document.querySelectorAll(".order select")].map((it) => [it.dataset.key, it.value]));
  const closed = new Set([...document.querySelectorAll("#groups details:not([open])")].map((it) => it.dataset.group));
  const isFirst = chosen.size === 0 && at("groups").childElementCount === 0;
  const isNarrow = !matchMedia("(min-width: 60rem)").matches;
  const names = [...new Set(session.orders.map(({ group }) => group))];
  const groups = names.map((name, place) => {
    const rows = session.orders.filter(({ group }) => group === name).map((it) => order(it, chosen));
    const isOpen = isFirst ? place === 0 || !isNarrow : !closed.has(name);
    const title = element("summary", {}, name, " ", element("span", { class: "faint" }, `${rows.length}`));
    return element(
      "details",
      { "data-group": name, open: isOpen ? "" : undefined },
      title,
      element("div", { class: "rows" }, rows),
    );
  });
  at("groups").replaceChildren(...groups);
  [...at("groups").querySelectorAll("[data-key]")].find((it) => it.dataset.key === focused)?.focus();
}

// The button of an order, and the menu of what can be wrong with it.
function order(it, chosen) {
  const target = it.request === undefined ? [] : [element("span", { class: "code", title: it.request }, it.request)];
  const right = element("button", { type: "button", "data-key": `${it.id} right` }, element("span", {}, it.title), target);
  right.addEventListener("click", () => send(it, null));
  const row = element("div", { class: "order", "data-order": it.id }, right);
  const flaws = it.flaws ?? [];
  if (flaws.length === 0) return row;
  const menu = element(
    "select",
    { "data-key": `${it.id} menu`, "aria-label": `Send it wrong: ${it.title}` },
    element("option", { value: "" }, "wrong…"),
    flaws.map(({ name, title, clause: id }) => element("option", { value: name }, `${title}${id ? ` (${id})` : ""}`)),
  );
  const wrong = element(
    "button",
    { type: "button", "data-key": `${it.id} wrong`, "aria-label": `Send wrong: ${it.title}` },
    "Send wrong",
  );
  wrong.addEventListener("click", () => send(it, flaws.find(({ name }) => name === menu.value) ?? null));
  const choose = () => {
    row.classList.toggle("wrong", menu.value !== "");
    wrong.hidden = menu.value === "";
  };
  const before = chosen.get(menu.dataset.key) ?? "";
  menu.value = flaws.some(({ name }) => name === before) ? before : "";
  menu.addEventListener("change", choose);
  choose();
  row.append(menu, wrong);
  if (it.id.startsWith("module:")) {
    // The address has no token: it leads to the app with a fresh one.
    const query = new URLSearchParams({ site: site().name, order: it.id });
    const label = `Open in a new tab: ${it.title}`;
    const open = { href: `/-/open?${query}`, target: "_blank", rel: "noopener noreferrer", class: "open", "aria-label": label };
    row.append(element("a", open, "Open in a new tab"));
  }
  return row;
}

const keyOf = (place, order, flaw) => JSON.stringify([place, order, flaw?.name ?? null]);

async function send(it, flaw) {
  const place = site().name;
  const key = keyOf(place, it.id, flaw);
  underWay.set(key, Date.now());
  showUnderWay();
  try {
    await ask("/-/orders", { site: place, order: it.id, flaw: flaw?.name ?? null });
    say("problem", "");
  } catch (error) {
    underWay.delete(key);
    say("problem", `${it.title} was not sent. ${error.message}`);
  }
  poll(SECOND / 8);
}

function showUnderWay() {
  const keys = [...underWay.keys()].map((key) => JSON.parse(key)[1]);
  for (const row of document.querySelectorAll(".order")) {
    row.classList.toggle("sending", keys.includes(row.dataset.order));
  }
}

/* Context token */

at("get").addEventListener("click", async () => {
  try {
    const { token } = await ask("/-/context-token", { site: site().name });
    at("value").value = token;
    at("token").hidden = false;
    at("copied").textContent = "";
    say("problem", "");
  } catch (error) {
    say("problem", `There is no context token. ${error.message}`);
  }
});

at("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(at("value").value);
    at("copied").textContent = "Copied.";
  } catch {
    at("value").select();
    at("copied").textContent = "Selected. Press Ctrl+C or Cmd+C.";
  }
});

at("hide").addEventListener("click", () => {
  hideToken();
  at("get").focus();
});

function hideToken() {
  at("value").value = "";
  at("token").hidden = true;
}

/* The list */

function add(fresh, isNews) {
  const rows = document.createDocumentFragment();
  for (const it of fresh) {
    const item = row(it);
    if (isNews) item.classList.add("fresh");
    exchanges.set(it.id, { it, item });
    rows.prepend(item);
    if (!isFrom(it)) underWay.delete(keyOf(it.site, it.order, it.flaw));
  }
  list.prepend(rows);
  // The oldest ones leave the page, except those that are open.
  for (const [id, { item }] of exchanges) {
    if (exchanges.size <= KEPT) break;
    if (item.classList.contains("open")) continue;
    item.remove();
    exchanges.delete(id);
  }
  if (isNews) announce(fresh);
}

function row(it) {
  const date = new Date(it.at);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = isToday ? clock(date) : `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${clock(date)}`;
  const [mark, text, kind] = verdict(it);
  const flaw = it.flaw === null ? [] : [element("span", { class: "flaw" }, `wrong: ${it.flaw.title}`)];
  const reason = isFrom(it) && it.refusal ? [element("span", { class: "millis" }, words(it.refusal.reason))] : [];
  const place = session?.sites.length > 1 ? [element("span", { class: "millis" }, it.site)] : [];
  const button = element(
    "button",
    { type: "button", class: "row", "aria-expanded": "false" },
    element("time", { datetime: date.toISOString(), title: utc(date) }, time),
    element("span", { class: `direction ${isFrom(it) ? "from" : "to"}` }, isFrom(it) ? "← from app" : "→ to app", place),
    element("span", { class: "what" }, element("span", { class: "title" }, it.what), flaw),
    element(
      "span",
      { class: "status" },
      it.response === null ? "no answer" : `${it.response.status}`,
      element("span", { class: "millis" }, `${it.millis} ms`),
    ),
    element("span", { class: `verdict ${kind}` }, element("span", { "aria-hidden": "true" }, `${mark} `), text, reason),
  );
  return element("li", { "data-id": it.id, "data-outcome": it.outcome, "data-fine": `${it.is_fine}` }, button);
}

list.addEventListener("click", (event) => {
  const button = event.target.closest(".row");
  if (button === null) return;
  const { it, item } = exchanges.get(Number(button.parentElement.dataset.id));
  const isOpen = !item.classList.toggle("open");
  if (isOpen) item.lastElementChild.remove();
  else item.append(panel(it));
  button.setAttribute("aria-expanded", `${!isOpen}`);
  for (const scroller of item.querySelectorAll(".pair")) showDifference(scroller);
});

function showCounts() {
  const all = [...exchanges.values()].map(({ it }) => it);
  const count = {
    all: all.length,
    unexpected: all.filter((it) => !it.is_fine).length,
    ...Object.fromEntries(
      ["accepted", "refused", "failed"].map((outcome) => [outcome, all.filter((it) => it.outcome === outcome).length]),
    ),
  };
  if (at("counts").childElementCount === 0) {
    const button = (name) => element("button", { type: "button", "data-filter": name }, FILTERS[name], " ", element("b", {}));
    at("counts").append(...Object.keys(FILTERS).map(button));
  }
  for (const button of at("counts").children) {
    const name = button.dataset.filter;
    button.setAttribute("aria-pressed", `${name === filter}`);
    button.lastElementChild.textContent = `${count[name]}`;
    button.lastElementChild.className = name === "unexpected" && count[name] > 0 ? "bad" : "";
  }
  list.dataset.filter = filter;
  at("columns").hidden = count[filter] === 0;
  say("none", count.all > 0 && count[filter] === 0 ? `No exchange here is ${FILTERS[filter].toLowerCase()}.` : "");
  document.title = `${count.unexpected > 0 ? `${count.unexpected} not as expected, ` : ""}${session ? `${session.app.name || session.app.key}, ` : ""}qsh mock`;
  showEmpty();
}

at("counts").addEventListener("click", (event) => {
  const chosen = event.target.closest("button")?.dataset.filter;
  if (chosen === undefined) return;
  filter = chosen === filter ? "all" : chosen;
  showCounts();
});

// Says what to do first, as long as there is no exchange.
function showEmpty() {
  at("empty").hidden = session === undefined || exchanges.size > 0;
  if (at("empty").hidden) return;
  const install = session.orders.find(({ id }) => id === "installed")?.title;
  const step = (...parts) => element("li", {}, parts);
  at("empty").replaceChildren(
    element("p", {}, element("strong", {}, "Nothing was sent yet.")),
    element(
      "ol",
      {},
      step(
        `Press “${install ?? session.orders[0]?.title}” under “Send as ${product()}”. The request goes to `,
        code(session.app.url),
        ".",
      ),
      step("Send a module, a webhook or another request. Then send it wrong, to see whether the app refuses it."),
      step(`Let the app call ${product()} at `, code(site()?.base_url ?? ""), ". Its calls are judged and shown here."),
    ),
    element("p", { class: "faint" }, "This page shows each exchange within a second."),
  );
}

// Tells of new exchanges politely, and at most every four seconds.
function announce(fresh) {
  news.exchanges.push(...fresh);
  const [it] = news.exchanges;
  const wrong = news.exchanges.filter(({ is_fine: isFine }) => !isFine).length;
  tell(
    news.exchanges.length === 1
      ? `${isFrom(it) ? "From the app" : "To the app"}: ${it.what.slice(0, 100)}, ${verdict(it)[1]}.`
      : `${news.exchanges.length} new exchanges${wrong > 0 ? `, ${wrong} not as expected` : ""}.`,
  );
}

function tell(text) {
  news.text = text;
  const speak = () => {
    if (news.text !== "") at("news").textContent = news.text;
    news.exchanges = [];
    news.timer = news.text === "" ? undefined : setTimeout(speak, 4 * SECOND);
    news.text = "";
  };
  if (news.timer === undefined) speak();
}

tick();
