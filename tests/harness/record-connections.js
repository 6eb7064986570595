// Loaded before a process by `node --import`: writes a line for every connection it opens, name it looks up and datagram it sends, to
// the file that CONNECTIONS names.
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

// biome-ignore lint/style/noProcessEnv: it is loaded before anything of ours
const file = process.env["CONNECTIONS"];

function record(kind, target) {
  appendFileSync(file, `${kind} ${target}\n`);
}

function targetOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) {
    return first.path ? "pipe" : `${first.host ?? "localhost"}:${first.port}`;
  }
  if (Number.isNaN(Number(first))) return "pipe";
  return `${typeof second === "string" ? second : "localhost"}:${first}`;
}

function before(holder, name, note) {
  const original = holder[name];
  holder[name] = function (...args) {
    note(args);
    return original.apply(this, args);
  };
}

before(net.Socket.prototype, "connect", (args) => record("connect", targetOf(args)));
before(dgram.Socket.prototype, "send", (args) => record("datagram", args.slice(1).join()));
for (const holder of [dns, dns.promises, dns.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (!/^(lookup|resolve)/.test(name) || typeof holder[name] !== "function") continue;
    before(holder, name, ([host]) => record("look up", host));
  }
}
syncBuiltinESMExports();
record("process", process.argv[1] ?? "");
