// The clock that the library reads. It stops at the first question that has a time.
"use strict";

const { Unsupported } = require("./protocol");

const RealDate = Date;
let now;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 && now !== undefined ? [now] : given));
  }

  static now() {
    return now ?? RealDate.now();
  }
};

function freeze(seconds) {
  if (Number.isNaN(new RealDate(seconds * 1000).getTime())) {
    throw new Unsupported("reads a clock that knows 275,760 years");
  }
  now = seconds * 1000;
}

module.exports = { freeze };
