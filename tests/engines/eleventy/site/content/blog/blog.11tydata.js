// Literals are read.
module.exports = {
  tags: ["posts"],
  layout: "base.html",
};
