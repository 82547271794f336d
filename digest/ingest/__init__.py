"""Intake: what a source says becomes an `Article`, cleaned last, with what was left out and why.

* Sources: `feeds`, `sitemap`, `folder`, the CMSs `snworks`, `wordpress`, `ghost` over `cms/`; `sitesource`
  is what those on web sites share. What each format says, purely: `feedxml`, `jsonfeed`, `sitemapxml`,
  `snworksjson`, `wordpressjson`, `yoastjson`, `ghostjson`; `entries` makes articles of it.
* Fetching: `fetch` over `network` and `guard`, with `pace` and `inflate`; `websub` hears of news.
* Pages: `ownpage` and `page` over `htmltree`; its `pagehead`, `pagemeta`, `pagedates`; its body from
  `pagebody`, `pageunits`, `pagevotes`, `pagelines`; `likeness` tells an edit from another reading.
* Files: `text` with `textblocks` and `tail`, `markdown` with `frontmatter`; `inputs` for the command line.
* Cleaning: `clean` walks HTML into `passages`; `noise`, `shortcodes`, `phrases`, `bylines`, `dates`, `links`,
  `markup`, `plain`, `tongues` say what is what.
* Pictures: `pictures` finds them, `media` keeps what `darkroom` develops with `negatives`, `framing` and
  `drawings`.
* `discover/` looks at a site for `digest init`.
"""
