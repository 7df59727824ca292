// Subscribes with rss-parser: `node rss_parser_subscriber.mjs URL STATE` prints all items it has seen, as JSON.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Parser from "rss-parser";

const [url, folder] = process.argv.slice(2);
const state = `${folder}/rss-parser.json`;
const known = existsSync(state) ? JSON.parse(readFileSync(state)) : {};
const feed = await new Parser().parseURL(url);
for (const item of feed.items) {
  const id = item.guid ?? item.id;
  known[id] = [id, item.title, item["content:encoded"] ?? item.content];
}
writeFileSync(state, JSON.stringify(known));
console.log(JSON.stringify(Object.values(known)));
