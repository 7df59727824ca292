import { glob } from 'astro/loaders';
import { defineCollection, z } from 'astro:content';

const schema = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  pubDate: z.coerce.date().optional(),
  updatedDate: z.coerce.date().optional(),
  draft: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
});
const blog = defineCollection({
  loader: glob({ base: './src/content/blog', pattern: '**/*.{md,mdx}' }),
  schema,
});
const short = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: './src/content/notes' }), schema });
const people = defineCollection({ loader: glob({ pattern: '*.md', base: './src/content/people' }), schema });

export const collections = { blog, notes: short, people };
