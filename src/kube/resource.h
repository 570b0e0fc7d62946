/* The kinds of objects that we talk about. */
#ifndef KUBE_RESOURCE_H
#define KUBE_RESOURCE_H

#include <stdbool.h>

struct kube_resource {
    const char *group;   /* "" = core */
    const char *version; /* "v1" */
    const char *plural;  /* "pods" */
    const char *kind;    /* "Pod" */
    bool namespaced;
};

extern const struct kube_resource kube_pods, kube_services, kube_configmaps, kube_secrets,
    kube_persistentvolumeclaims, kube_serviceaccounts, kube_namespaces, kube_nodes,
    kube_statefulsets, kube_jobs, kube_poddisruptionbudgets, kube_roles, kube_rolebindings,
    kube_leases, kube_storageclasses, kube_events_v1, kube_crds, kube_etcds, kube_etcdbackups;

#define KUBE_API_VERSION_SIZE 64
/* "v1" or "apps/v1", as in an object's apiVersion. */
void kube_resource_api_version(const struct kube_resource *resource,
                               char out[KUBE_API_VERSION_SIZE]);

#endif
