// express-pouchdb on leveldb. usage: node server.js PORT FOLDER
const fs = require("node:fs");
const packages = require("./packages.js");

const [, , port, folder] = process.argv;
process.chdir(folder);
fs.mkdirSync(`${folder}/db`, { recursive: true });
const PouchDB = packages("pouchdb").defaults({ prefix: `${folder}/db/` });
const settings = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/pouch.log` };
const app = packages("express")();
app.use("/", packages("express-pouchdb")(PouchDB, settings));
app.listen(Number(port), "127.0.0.1");
