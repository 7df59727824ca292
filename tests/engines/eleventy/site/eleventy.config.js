// feedmill reads the literals of this file and never runs it.
module.exports = function (eleventyConfig) {
  eleventyConfig.addPassthroughCopy({ "public/": "/" });
  eleventyConfig.addShortcode("youtube", (id) => `<a href="https://www.youtube.com/watch?v=${id}">YouTube</a>`);
  eleventyConfig.addShortcode("image", (src, alt) => `<img src="${src}" alt="${alt}">`);
  eleventyConfig.addShortcode("year", () => "");
  eleventyConfig.addPairedShortcode("callout", (content) => `\n\n${content}\n\n`);
  eleventyConfig.addFilter("quoted", (text) => text.replace(/["'`{]/g, "_"));
  eleventyConfig.setServerPassthroughCopyBehavior("passthrough");
  const options = { dir: "not this one" };
  eleventyConfig.addGlobalData("options", () => options);
  return {
    markdownTemplateEngine: "liquid",
    dir: {
      input: "content", // the posts
      output: "_site",
    },
    pathPrefix: "/",
  };
};
