"""Object stores: buckets on S3, GCS and Azure, opened by URL and read in ranges."""
