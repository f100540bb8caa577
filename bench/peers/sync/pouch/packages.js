// The packages are installed outside the tree: BENCH_POUCH names the folder that holds node_modules.
const { createRequire } = require("node:module");
module.exports = createRequire(`${process.env.BENCH_POUCH}/package.json`);
