// Generate a Hexo site in the current folder: node hexo.cjs NODE_MODULES OUT. The command line has no option for the output.
const { createRequire } = require("node:module");
const { resolve } = require("node:path");

const [modules, out] = process.argv.slice(2);
const load = createRequire(resolve(modules, "index.js"));
const Hexo = load("hexo");

(async () => {
  const hexo = new Hexo(process.cwd(), { silent: true });
  await hexo.init();
  await hexo.loadPlugin(load.resolve("hexo-renderer-marked"));
  hexo.public_dir = `${resolve(out)}/`;
  await hexo.call("generate", {});
  await hexo.exit();
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
