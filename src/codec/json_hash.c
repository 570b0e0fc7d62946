#include "codec/hash.h"
#include "codec/json.h"

void json_hash(struct json_object *value, char out[65])
{
    cleanup_buf struct buf text = BUF_INIT(BUF_UNLIMITED);

    json_write_canonical(&text, value);
    hash_sha256_hex(buf_cstr(&text), text.len, out);
}
