"""Print once, address many: an Edition becomes one PrintedEdition, and that a message for each reader.

`press` prints (Jinja2, premailer, the plain-text twin, and a proof that no personal link was lost);
`address` compiles the print into bytes once and then only joins bytes for each reader; `notices`
does both for the letters to one person; `archive` shows a print on the public pages.
"""
