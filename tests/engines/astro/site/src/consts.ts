// Place any global data in this file.
export const SITE_TITLE = 'A site of Astro';
export const SITE_DESCRIPTION = 'What the tests build';
