"""Read and write the objects of a bucket: Amazon S3 and compatible stores, Google Cloud Storage, Azure."""
