# What Jekyll reads from a site, as JSON: path, date (UTC), title, categories, tags, url, id, slug, ext of every post.
#
# The files jekyll-*.json beside this script were written by it with Debian's Jekyll 4.3.1 (`apt-get install jekyll`):
#
#     cd tests/oracles && for site in jekyll-*/; do TZ=UTC ruby read_with_jekyll.rb "$site" > "${site%/}.json"; done
#
# The site is read, not rendered. Posts that Jekyll does not publish (drafts, unpublished, future) are not listed.
require "jekyll"
require "json"
require "tmpdir"

Jekyll.logger.log_level = :error
source = ARGV.fetch(0)
config = Jekyll.configuration("source" => source, "destination" => File.join(Dir.tmpdir, "unused"), "quiet" => true,
                              "disable_disk_cache" => true)
site = Jekyll::Site.new(config)
site.reset
site.read

posts = site.posts.docs.map do |post|
  {
    "path" => post.relative_path,
    "date" => post.date.getutc.strftime("%Y-%m-%dT%H:%M:%S.%NZ"),
    "title" => post.data["title"],
    "categories" => post.data["categories"],
    "tags" => post.data["tags"],
    "url" => post.url,
    "id" => post.id,
    "slug" => post.data["slug"],
    "ext" => post.data["ext"],
  }
end

puts JSON.pretty_generate(
  "jekyll" => Jekyll::VERSION,
  "timezone" => config["timezone"],
  "url" => config["url"],
  "baseurl" => config["baseurl"],
  "permalink" => config["permalink"],
  "posts" => posts.sort_by { |post| post["path"] },
)
