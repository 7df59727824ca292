"""Read a Hugo site (https://gohugo.io/documentation/) as Hugo does: configuration, content, permalinks, cascades."""
