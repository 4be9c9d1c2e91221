// Query string hashes as they come out wrong in Node.js: one function per way that people sign. Beside each stand the
// mistakes that it makes, as `qsh diagnose` names them. Prints what every one of them makes of ../requests.json.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import querystring from 'node:querystring';

const sha256 = (...parts) => createHash('sha256').update(parts.join('&')).digest('hex');

const whole = (url) => new URL(url, 'https://host.example');

/** The path as it is in the text of the URL, below the base. */
function path(url, baseUrl) {
  let path = url.replace(/^https:\/\/[^/]+/, '').split(/[?#]/)[0];
  const base = (baseUrl ?? '').replace(/^https:\/\/[^/]+/, '').replace(/\/$/, '');
  if (path.startsWith(base)) path = path.slice(base.length);
  return (path.replace(/\/$/, '') || '/').replaceAll('&', '%26');
}

const strict = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function pairs(url) {
  return [...whole(url).searchParams].filter(([name]) => name !== 'jwt');
}

/** Names with their values, as a Map, so that names which are integers keep their place. */
function grouped(url) {
  const names = new Map();
  for (const [name, value] of pairs(url)) names.set(name, [...(names.get(name) ?? []), value]);
  return names;
}

const byText = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

function query(url, { escape = strict, order = byText, join = ',' } = {}) {
  const names = [...grouped(url)].sort(([left], [right]) => order(strict(left), strict(right)));
  return names.map(([name, values]) => `${escape(name)}=${values.sort().map(escape).join(join)}`).join('&');
}

const sorted = (url) => {
  const parameters = whole(url).searchParams;
  parameters.delete('jwt');
  parameters.sort();
  return parameters;
};

const signers = [
  ['right', [], (method, url, base) => sha256(method.toUpperCase(), path(url, base), query(url))],
  [
    'URLSearchParams, sorted',
    ['url_search_params_sorted'],
    (method, url, base) => sha256(method.toUpperCase(), path(url, base), sorted(url).toString()),
  ],
  [
    'URLSearchParams',
    ['url_search_params'],
    (method, url, base) => {
      const parameters = whole(url).searchParams;
      parameters.delete('jwt');
      return sha256(method.toUpperCase(), path(url, base), parameters.toString());
    },
  ],
  [
    'querystring.stringify of what querystring.parse gives',
    ['querystring_stringify', 'jwt_parameter=kept', 'query_text=as_written', 'name_order=integers_first'],
    (method, url, base) => {
      const parameters = querystring.parse(whole(url).search.slice(1));
      return sha256(method.toUpperCase(), path(url, base), querystring.stringify(parameters));
    },
  ],
  [
    'encodeURIComponent',
    ['escape_set=encode_uri_component'],
    (method, url, base) => sha256(method.toUpperCase(), path(url, base), query(url, { escape: encodeURIComponent })),
  ],
  [
    'encodeURI',
    ['escape_set=encode_uri'],
    (method, url, base) => sha256(method.toUpperCase(), path(url, base), query(url, { escape: encodeURI })),
  ],
  [
    'escape',
    ['escape_set=javascript_escape', 'escape_charset=utf16'],
    (method, url, base) => sha256(method.toUpperCase(), path(url, base), query(url, { escape })),
  ],
  [
    'localeCompare',
    ['name_order=culture'],
    (method, url, base) =>
      sha256(method.toUpperCase(), path(url, base), query(url, { order: (a, b) => decodeURIComponent(a).localeCompare(decodeURIComponent(b)) })),
  ],
  [
    'Object.fromEntries, so that the last value wins and integers come first',
    ['repeat=last_only', 'name_order=numeric'],
    (method, url, base) => {
      const last = Object.fromEntries(pairs(url).sort(([a], [b]) => byText(strict(a), strict(b))));
      const text = Object.entries(last).map(([name, value]) => `${strict(name)}=${strict(value)}`);
      return sha256(method.toUpperCase(), path(url, base), text.join('&'));
    },
  ],
  [
    'an array turned into text and escaped',
    ['repeat=escaped_comma', 'value_order=as_given'],
    (method, url, base) => {
      const names = [...grouped(url)].sort(([a], [b]) => byText(strict(a), strict(b)));
      const text = names.map(([name, values]) => `${strict(name)}=${strict(String(values))}`);
      return sha256(method.toUpperCase(), path(url, base), text.join('&'));
    },
  ],
  [
    'values unsorted',
    ['value_order=as_given'],
    (method, url, base) => {
      const names = [...grouped(url)].sort(([a], [b]) => byText(strict(a), strict(b)));
      const text = names.map(([name, values]) => `${strict(name)}=${values.map(strict).join(',')}`);
      return sha256(method.toUpperCase(), path(url, base), text.join('&'));
    },
  ],
  ['the method as axios has it', ['method_case=lower'], (method, url, base) => sha256(method.toLowerCase(), path(url, base), query(url))],
  ['req.originalUrl', ['target_hashed', 'part_join=question_mark', 'query_text=as_written'], (method, url) => sha256(method.toUpperCase(), url.replace(/^https:\/\/[^/]+/, '').split('#')[0])],
  [
    'URL.pathname and URL.search',
    ['path_characters=whatwg', 'path_segments=escaped_dots_removed', 'base_removal=none', 'trailing_slash=kept', 'path_ampersand=kept', 'query_text=as_written', 'target_hashed'],
    (method, url) => sha256(method.toUpperCase(), whole(url).pathname, whole(url).search.slice(1)),
  ],
  [
    'digest in base64url',
    ['hash_text=base64url'],
    (method, url, base) => createHash('sha256').update([method.toUpperCase(), path(url, base), query(url)].join('&')).digest('base64url'),
  ],
  [
    'a template with a method that is not there',
    ['method_missing'],
    (method, url, base) => sha256(`${undefined}`, path(url, base), query(url)),
  ],
];

const requests = JSON.parse(readFileSync(new URL('../requests.json', import.meta.url), 'utf8')).filter(({ form }) => !form);
const made = signers.map(([signer, mistakes, sign]) => ({
  signer,
  mistakes,
  hashes: requests.map(({ method, url, base_url }) => sign(method, url, base_url)),
}));
console.log(JSON.stringify(made, null, 1));
