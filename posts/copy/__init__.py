"""Keep a copy of a site in a bucket on the local disk, in a folder beside the index.

Used by `feedmill.run.bucket_copy`.

A run reads the copy as it reads any folder. It needs the bytes of every new or changed post whole, because the ledger
has their hash, so reading the bucket directly would save no request.
"""
