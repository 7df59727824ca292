// What Astro has in its collections and pages, as JSON.
import { getCollection } from 'astro:content';

export async function GET() {
  const entries = [];
  for (const name of ['blog', 'notes', 'people'])
    for (const { id, data, filePath } of await getCollection(name)) entries.push({ collection: name, id, data, path: filePath });
  const pages = Object.entries(import.meta.glob('./**/*.md', { eager: true })).map(([path, page]) => ({
    path: `src/pages/${path.slice(2)}`, link: page.url, data: page.frontmatter,
  }));
  return new Response(JSON.stringify({ entries, pages }));
}
