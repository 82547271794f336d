"""The public pages: subscribe, confirm, preferences, unsubscribe, the archive and its pictures.

A request becomes one workflow call and its result a page. GET, HEAD and OPTIONS change nothing; there
are no cookies, no scripts, and no address is ever built from the `Host` header.
"""
