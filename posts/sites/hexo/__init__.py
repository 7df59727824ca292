"""Read a site of Hexo."""
