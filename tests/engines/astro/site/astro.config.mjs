// feedmill reads the literals of this file and never runs it.
import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://astro.example',
  integrations: [mdx()],
});
