/* SHA-256 and HMAC-SHA-256 (OpenSSL's, which use the CPU's instructions). */
#ifndef CODEC_HASH_H
#define CODEC_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_SHA256_SIZE 32
#define HASH_SHA256_HEX_SIZE 65 /* with the NUL */

/* Streaming: init, any number of updates, final once; release always. Not thread-safe. */
struct hash_sha256 {
    void *ctx;
};

#define HASH_SHA256_INIT                                                                           \
    (struct hash_sha256)                                                                           \
    {                                                                                              \
        .ctx = NULL                                                                                \
    }
#define cleanup_hash_sha256 __attribute__((cleanup(hash_sha256_release)))

void hash_sha256_init(struct hash_sha256 *hash);
void hash_sha256_update(struct hash_sha256 *hash, const void *data, size_t n);
void hash_sha256_final(struct hash_sha256 *hash, uint8_t out[HASH_SHA256_SIZE]);
void hash_sha256_release(struct hash_sha256 *hash);

/* At once. Thread-safe. */
void hash_sha256(const void *data, size_t n, uint8_t out[HASH_SHA256_SIZE]);
void hash_sha256_hex(const void *data, size_t n, char out[HASH_SHA256_HEX_SIZE]);
void hash_hmac_sha256(const void *key, size_t key_n, const void *data, size_t n,
                      uint8_t out[HASH_SHA256_SIZE]);

#endif
