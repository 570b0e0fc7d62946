/* From what a person wrote to a store_config: which provider, which bucket, which credentials.
 *
 * Rules for the API's store block:
 * - provider: as given, else from the credentials' key names, else S3.
 * - S3: container is the bucket; when it is absent the first component of `prefix` is, and the rest
 *   is the prefix. Region and endpoint: the block's, else the credentials' (region / AWS_REGION /
 *   AWS_DEFAULT_REGION, endpoint / AWS_ENDPOINT_URL_S3 / AWS_ENDPOINT_URL), else us-east-1 and AWS.
 * - local: container names the claim; the caller says where it is mounted.
 * - with secret_key set, the credentials are one JSON object of strings in that entry.
 * What is missing is one sentence that says how to give it (ERROR_STORE, STORE_INVALID). */
#ifndef STORE_RESOLVE_H
#define STORE_RESOLVE_H

#include "base/arena.h"
#include "store/store.h"

#define STORE_PREFIX_MAX 512

/* All strings borrowed, NULL or "" = not given. */
struct store_block {
    const char *provider, *container, *prefix, *endpoint, *region;
    const char *secret_name; /* for messages; NULL = no Secret was named */
    const char *secret_key;  /* the one entry that holds everything */
    const char *local_root;  /* directory where the claim of a local store is mounted */
};

/* A config with the memory that it points to. Init by zeroing. */
struct store_location {
    struct store_config config;
    struct store_credentials credentials;
    struct arena arena;
};

#define cleanup_store_location __attribute__((cleanup(store_location_release)))
void store_location_release(struct store_location *location);

/* `secret` may be NULL (none). Pure: no I/O. */
int store_resolve(const struct store_block *block, const struct store_credentials *secret,
                  struct store_location *ret, struct error *err);

/* For the command line: "s3://bucket/prefix" or "file:///dir/prefix" (the directory above the last
 * component must exist). Credentials: `credentials_path`, a directory of one file per key or a JSON
 * file, else the AWS_* environment variables. endpoint, region: NULL = not given. */
int store_resolve_url(const char *url, const char *credentials_path, const char *endpoint,
                      const char *region, struct store_location *ret, struct error *err);

/* The value of the first of these names (NULL-terminated list) that is there, or NULL. */
const char *store_credential(const struct store_credentials *credentials, const char *const *names);

#endif
