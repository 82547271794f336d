"""Keep and find: SQL behind the storage ports, for SQLite and PostgreSQL.

* `database` opens a database and joins the stores; `connection` holds engines and transactions.
* `articles`, `editions`, `subscribers`, `outbox`: one module an aggregate, over `tables`.
* `schema` and `migrations/` bring a new or older database to the tables of this version.
* `lifesigns` lets one sender see whether another is still alive.
* `documents` writes articles and editions as JSON and reads them back without loss.
"""
