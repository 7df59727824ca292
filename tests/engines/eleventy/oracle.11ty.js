// Written into a copy of the site: what Eleventy has in its collections, as JSON.
module.exports = class {
  data() {
    return { permalink: "oracle.json", layout: false, eleventyExcludeFromCollections: true };
  }

  async render({ collections }) {
    const pages = collections.all.map((page) => ({
      path: page.inputPath.slice(2),
      link: page.url,
      date: page.date.toISOString(),
      title: page.data.title,
      tags: page.data.tags ?? [],
      draft: page.data.draft ?? false,
      lists: "pagination" in page.data,
      content: page.content,
    }));
    return JSON.stringify(pages);
  }
};
