// A server on this machine, and requests to it, byte for byte.
"use strict";

const http = require("node:http");
const net = require("node:net");

const LOOPBACK = "127.0.0.1";

// Starts a server. The handler may change for each request.
function listen(handler) {
  const server = http.createServer((request, response) => handler(request, response));
  return new Promise((resolve) => server.listen(0, LOOPBACK, () => resolve(server.address().port)));
}

// Sends one request and reads its response to the end. Returns the status and the body, parsed as JSON if possible.
function send(port, { method, target, headers, body = "" }) {
  const lines = [["Host", LOOPBACK], ["Accept", "application/json"], ["Connection", "close"], ...headers];
  if (body !== "") lines.push(["Content-Length", Buffer.byteLength(body)]);
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = net.connect(port, LOOPBACK);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => resolve(read(Buffer.concat(chunks).toString())));
    socket.write(Buffer.concat([Buffer.from(`${method} `), target, Buffer.from(` HTTP/1.1\r\n${fields}\r\n${body}`)]));
  });
}

function read(text) {
  const [head] = text.split("\r\n\r\n", 1);
  const body = text.slice(head.length + 4);
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    json = { message: body };
  }
  return { status: Number(head.split(" ")[1]), body: json };
}

module.exports = { LOOPBACK, listen, send };
