// Generate the Hexo site in a folder, and print its posts as JSON: node oracle.cjs FOLDER
const Hexo = require("hexo");

(async () => {
  const hexo = new Hexo(process.argv[2], { silent: true });
  await hexo.init();
  await hexo.call("generate", {});
  const names = (terms) => terms.toArray().map((term) => term.name);
  const posts = hexo.locals.get("posts").toArray().map((post) => ({
    source: post.source,
    title: post.title,
    link: post.permalink,
    path: post.path,
    date: post.date.toISOString(),
    categories: names(post.categories),
    tags: names(post.tags),
    content: post.content,
  }));
  console.log(JSON.stringify(posts));
  await hexo.exit();
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
