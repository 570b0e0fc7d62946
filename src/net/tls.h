/* What a client needs to know about TLS. Strings are PEM text, borrowed; NULL = none. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>

struct tls_options {
    const char *ca_pem;   /* trusted roots; NULL = those of the system */
    const char *cert_pem; /* client certificate chain, with key_pem */
    const char *key_pem;
    const char *server_name; /* name to expect instead of the address's */
    bool insecure;           /* the peer's certificate is not checked */
};

#endif
