/* Where the API server is and who we are: from the pod's service account or from kubeconfig files.
 *
 * Thread-safe after loading; owned by the client that is made from it. Secrets in it are never
 * logged and never part of an error. */
#ifndef KUBE_CONFIG_H
#define KUBE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct kube_config;

struct kube_config_options {
    const char *kubeconfig; /* --kubeconfig: this file alone; NULL = look around */
    const char *context;    /* NULL = current-context */
};

/* With options->kubeconfig that file; else the files of $KUBECONFIG (colon-separated, merged: the
 * first to name something wins, missing files are skipped); else in a pod its service account; else
 * ~/.kube/config. Errors: nothing found (ERROR_INPUT says where it looked), a file that cannot be
 * read or parsed, a context, cluster or user that is not there, or a way to authenticate that this
 * client does not have (auth-provider: says what to use instead). */
struct kube_config *kube_config_load(const struct kube_config_options *options, struct error *err);
void kube_config_free(struct kube_config *config);

/* "https://10.96.0.1:443", without a slash at the end. */
const char *kube_config_server(const struct kube_config *config);
/* Namespace of the pod or of the context; "default" when there is none. */
const char *kube_config_namespace(const struct kube_config *config);
/* PEM text or NULL: what the server's certificate is checked against. */
const char *kube_config_ca_pem(const struct kube_config *config);
const char *kube_config_tls_server_name(const struct kube_config *config);
bool kube_config_insecure(const struct kube_config *config);
const char *kube_config_proxy_url(const struct kube_config *config);

/* What to present with a request. Strings on the heap, NULL = none. */
struct kube_credentials {
    char *token;
    char *username, *password;
    char *cert_pem, *key_pem;
    uint64_t generation; /* rises when cert_pem or key_pem change */
};
#define cleanup_kube_credentials __attribute__((cleanup(kube_credentials_release)))

/* The credentials of now: a token file is read again every minute, an exec plugin is run when what
 * it gave last has expired (one run at a time, others wait; at most 60 s). `renew` reads or runs
 * again in any case, for after a 401. */
int kube_config_credentials(struct kube_config *config, bool renew, struct kube_credentials *ret,
                            struct error *err);
void kube_credentials_release(struct kube_credentials *credentials);

#endif
