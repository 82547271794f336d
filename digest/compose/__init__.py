"""From articles to an edition: choose, cluster, rank, lay out. Pure: the same in, the same out.

* `window`: which filed articles belong to an edition.
* `cluster`: which of them tell the same story.
* `rank`: what each is worth, term by term.
* `wording`: subject and preheader.
* `layout`: `compose_edition`, the whole walk, with a reason for every article.
"""
