// Subscribes with feedsmith: `node feedsmith_subscriber.mjs URL STATE` prints all items it has seen, as JSON.
// feedsmith parses only: what it is given is fetched as Node does, with the last ETag.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseFeed } from "feedsmith";

const [url, folder] = process.argv.slice(2);
const state = `${folder}/feedsmith.json`;
const known = existsSync(state) ? JSON.parse(readFileSync(state)) : { etag: "", items: {} };
const response = await fetch(url, { headers: known.etag ? { "If-None-Match": known.etag } : {} });
if (response.status !== 304) {
  known.etag = response.headers.get("ETag");
  const { feed } = parseFeed(await response.text());
  for (const item of feed.items ?? feed.entries) {
    const id = item.guid?.value ?? item.id;
    const title = item.title?.value ?? item.title;
    const body = item.content?.encoded ?? item.content?.value ?? item.content_html ?? item.content;
    known.items[id] = [id, title, body];
  }
}
writeFileSync(state, JSON.stringify(known));
console.log(JSON.stringify(Object.values(known.items)));
