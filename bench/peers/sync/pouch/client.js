// One step of a PouchDB client. usage: node client.js load|edit|push|pull FOLDER URL [NDJSON]
// Prints one JSON line; CPU and time of the interpreter's start are left out.
const fs = require("node:fs");
const PouchDB = require("./packages.js")("pouchdb");

const [, , verb, folder, url, file] = process.argv;
const options = { batch_size: 1000, batches_limit: 10 };
const lines = () => fs.readFileSync(file, "utf8").split("\n").filter(Boolean);

async function load(db) {
  let waiting = [];
  let count = 0;
  const write = async () => {
    await db.bulkDocs(waiting);
    count += waiting.length;
    waiting = [];
  };
  for (const line of lines()) {
    const { id, ...record } = JSON.parse(line);
    waiting.push({ _id: id, ...record });
    if (waiting.length === 5000) await write();
  }
  if (waiting.length > 0) await write();
  return count;
}

async function edit(db) {
  const keys = lines()
    .filter((_, index) => index % 100 === 0)
    .map((line) => JSON.parse(line).id);
  const { rows } = await db.allDocs({ keys, include_docs: true });
  const change = { phone: "+44 7000 000000", address: "1 New Road, 12345 Ashford" };
  await db.bulkDocs(rows.map((row) => ({ ...row.doc, ...change })));
  return rows.length;
}

async function replicate(direction) {
  const answer = await direction(url, options);
  if (answer.doc_write_failures > 0) throw new Error(`${answer.doc_write_failures} records were not written`);
  return answer.docs_written;
}

async function main() {
  const db = new PouchDB(folder);
  await db.info();
  const started = Date.now();
  const cpuBefore = process.cpuUsage();
  const verbs = {
    load: () => load(db),
    edit: () => edit(db),
    push: () => replicate(db.replicate.to),
    pull: () => replicate(db.replicate.from),
  };
  const rows = await verbs[verb]();
  const cpu = process.cpuUsage(cpuBefore);
  await db.close();
  console.log(
    JSON.stringify({
      op_s: (Date.now() - started) / 1000,
      op_cpu_s: (cpu.user + cpu.system) / 1e6,
      rows,
      client_peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}

main().then(
  () => process.exit(0),
  (failure) => {
    console.error(failure);
    process.exit(1);
  },
);
