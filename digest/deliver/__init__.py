"""Deliver: hand messages to a mail server and say, for each, what is known about its fate.

* `digest.deliver.wire`: what goes on the wire and how replies are read; pure.
* `digest.deliver.smtp`: kept-open lines to a mail server.
* `digest.deliver.maildir`: the same port, into a folder, for trying out.
* `digest.deliver.breaker`: when to rest and when to stop; pure.
"""
