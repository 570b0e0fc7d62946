/* Keys and certificates for tests of TLS on loopback; good for nothing else, valid until 2120. */
#ifndef TESTS_TEST_PKI_H
#define TESTS_TEST_PKI_H

#define TEST_CA_PEM                                                                                \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBSDCB7qADAgECAgIQADAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAd0ZXN0IENB\n"                           \
    "MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAd0\n"                           \
    "ZXN0IENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeCYmetciavOFzK63tQ2I\n"                           \
    "q/SQtWCyX7XlZOah/vj+xt2Yfz7HUJlOJUhGIZsD2Xr7j0dzZmU8dFBgYfn/arS0\n"                           \
    "s6MyMDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU4F1m4V6wQkAfPe9zzcSr\n"                           \
    "ESTx500wCgYIKoZIzj0EAwIDSQAwRgIhAMU7Oh+bCtOvq25z2SVDUyFtM3omsU30\n"                           \
    "7F+UhbItdCzWAiEAyYnYiBHWTLgVCtstjzs0dv20hcb/NEL8edm61wcXnHE=\n"                               \
    "-----END CERTIFICATE-----\n"

/* For 127.0.0.1. */
#define TEST_SERVER_PEM                                                                            \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBaDCCAQ6gAwIBAgICEAEwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHdGVzdCBD\n"                           \
    "QTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAwwG\n"                           \
    "c2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoAg372dF/pCg/0Db1Hlj\n"                           \
    "1XOMglcQQm2X+npghVgkqjpSGc9yoaqzQYqMu8HGbxl5WYkHNQhMP89/WQsE7e3C\n"                           \
    "qaNTMFEwDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4EFgQUSSntDHePyyEiWrY0wSmE\n"                           \
    "fmG6O+0wHwYDVR0jBBgwFoAU4F1m4V6wQkAfPe9zzcSrESTx500wCgYIKoZIzj0E\n"                           \
    "AwIDSAAwRQIhANUVvsBB5qRYLXyIMzDAxEZ4R/ZzJzuosVLQZ0Qe3mcJAiAvwbQq\n"                           \
    "3hZDVHUkDykPKbfw5bK5J+ofccCnqEX5X99z7Q==\n"                                                   \
    "-----END CERTIFICATE-----\n"

#define TEST_SERVER_KEY                                                                            \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/ahmvFfOGiv2Xr+T\n"                           \
    "155jDMZUTDkpDxhj9+DyJLVWn8ChRANCAASgCDfvZ0X+kKD/QNvUeWPVc4yCVxBC\n"                           \
    "bZf6emCFWCSqOlIZz3KhqrNBioy7wcZvGXlZiQc1CEw/z39ZCwTt7cKp\n"                                   \
    "-----END PRIVATE KEY-----\n"

/* For kubernetes.default.svc alone. */
#define TEST_RENAMED_PEM                                                                           \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBezCCASGgAwIBAgICEAIwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHdGVzdCBD\n"                           \
    "QTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwH\n"                           \
    "cmVuYW1lZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHUFflZ4QzE0s4GfDjSc\n"                           \
    "xlw2q9u27syMU76Ir5615oC32+fW7hDETEN8s91bMRd82VAtNncHZG6aHojw+v+9\n"                           \
    "HfujZTBjMCEGA1UdEQQaMBiCFmt1YmVybmV0ZXMuZGVmYXVsdC5zdmMwHQYDVR0O\n"                           \
    "BBYEFLv5Pnm9gU2coInMck/UEqisgxVlMB8GA1UdIwQYMBaAFOBdZuFesEJAHz3v\n"                           \
    "c83EqxEk8edNMAoGCCqGSM49BAMCA0gAMEUCIQD67m6IPwpOpGTd9uX0sQRSK90C\n"                           \
    "0smxry5+nsitZeraAAIgIaUMBCQXGZcvbkRx9xk518PnUGAmy00WHxjyhTYFzmc=\n"                           \
    "-----END CERTIFICATE-----\n"

#define TEST_RENAMED_KEY                                                                           \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3mUvB6mSZMYnjhX1\n"                           \
    "WwZKEPeuV1cDVvqUkwKfZoLO9xKhRANCAAR1BX5WeEMxNLOBnw40nMZcNqvbtu7M\n"                           \
    "jFO+iK+eteaAt9vn1u4QxExDfLPdWzEXfNlQLTZ3B2Rumh6I8Pr/vR37\n"                                   \
    "-----END PRIVATE KEY-----\n"

#define TEST_CLIENT_PEM                                                                            \
    "-----BEGIN CERTIFICATE-----\n"                                                                \
    "MIIBaDCCARCgAwIBAgICEAMwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHdGVzdCBD\n"                           \
    "QTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowETEPMA0GA1UEAwwG\n"                           \
    "Y2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE31C5aIkwmWT0YfKJ98qq\n"                           \
    "0jeiAKAXVjg3O+TSRQKAFwRDb8lcwuccf/toLLbaNlA5jC3G8SauxrIkr7fC2rrk\n"                           \
    "XqNVMFMwEQYDVR0RBAowCIIGY2xpZW50MB0GA1UdDgQWBBT9NCegLZ2ZYyMuE1iZ\n"                           \
    "l3YasoEgBjAfBgNVHSMEGDAWgBTgXWbhXrBCQB8973PNxKsRJPHnTTAKBggqhkjO\n"                           \
    "PQQDAgNGADBDAh83P+9kvwpXGisZCmo4b4xt3S9vd+Do/rD72urYv6teAiADThYt\n"                           \
    "9PhcasxlPBvS0RKjoy/hs47ux+frruR4mzXD7w==\n"                                                   \
    "-----END CERTIFICATE-----\n"

#define TEST_CLIENT_KEY                                                                            \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTVoWGk8w7fKAuZvM\n"                           \
    "bk1fxNNqNWRgiBa6WwMHQW9wayGhRANCAATfULloiTCZZPRh8on3yqrSN6IAoBdW\n"                           \
    "ODc75NJFAoAXBENvyVzC5xx/+2gstto2UDmMLcbxJq7GsiSvt8LauuRe\n"                                   \
    "-----END PRIVATE KEY-----\n"

#endif
