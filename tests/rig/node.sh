#!/bin/bash
# node.sh: what a node of the rig is. Sourced by ./rig for its names; run by it, in the node's namespaces:
#   node.sh init N               the node's PID 1
#   node.sh start|stop N C       one component of a running node
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

ETCD=3.6.16                     # which of bin/etcd-* keeps the cluster's own data
API=10.20.0.2                   # node N is 10.20.0.(N+2), its pods 10.244.N.0/24
SERVICES=10.96.0.0/16 DNS=10.96.0.10
CGROUP=druid-rig
CONTROLLERS="cpu cpuacct cpuset memory devices freezer blkio pids systemd" # cgroup v1; systemd: see README.md
export PATH=$BIN:/usr/sbin:/usr/bin:/sbin:/bin

node_select() # node_select N: the node that the functions below speak of
{
    n=$1 NODE=node$1 IP=10.20.0.$(($1 + 2)) PODS=10.244.$1.0/24 DIR=$STATE/node$1
}
node_pid() # node_pid N: its init, as seen from outside, if it lives (the namespace tells it from a process that got its number)
{
    local pid; pid=$(cat "$STATE/node$1/init.pid" 2>/dev/null) || return
    [ "$(readlink "/proc/$pid/ns/pid" 2>/dev/null)" = "$(cat "$STATE/node$1/init.ns")" ] && echo "$pid"
}
net() # net CMD...: in node 0's network, called from outside ($P is its init) or from inside
{
    if [ "${P:-}" ]; then nsenter --net="/proc/$P/ns/net" -- "$@"; else "$@"; fi
}
waitfor() # waitfor SECONDS WHAT CMD...
{
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || die "timed out waiting for $what; logs are in $STATE/node*/log"
        sleep 0.1
    done
}
api_ready()
{
    net curl -fsS -m 2 --cacert "$STATE/pki/ca.crt" --cert "$STATE/pki/admin.crt" --key "$STATE/pki/admin.key" "https://$API:6443/readyz"
}

# ---------------------------------------------------------------- configuration of a node

node_config()
{
    cat >"$DIR/etc/containerd.toml" <<EOT
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "rig.local/pause:1"
  restrict_oom_score_adj = true   # without CAP_SYS_RESOURCE oom_score_adj cannot be lowered
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$DIR/etc/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
EOT
    cat >"$DIR/etc/cni/10-rig.conflist" <<EOT
{"cniVersion": "0.4.0", "name": "rig", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$PODS"}]]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
EOT
    cat >"$DIR/etc/kubelet.yaml" <<EOT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false            # the machine has cgroup v1 only
failSwapOn: false
oomScoreAdj: 0                 # see restrict_oom_score_adj
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $STATE/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $STATE/pki/$NODE-server.crt
tlsPrivateKeyFile: $STATE/pki/$NODE-server.key
clusterDNS: [$DNS]
clusterDomain: cluster.local
resolvConf: ""                 # pods learn of no resolver outside the cluster
imageGCHighThresholdPercent: 100   # 100 = never
imageMinimumGCAge: 87600h
evictionHard: {memory.available: 50Mi, nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%", imagefs.inodesFree: "0%"}
serializeImagePulls: false
maxPods: 250
nodeLeaseDurationSeconds: 20   # renewed every quarter of it: RIG_NODE_GRACE may go down to some 12s
EOT
    cat >"$DIR/etc/proxy.yaml" <<EOT
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $STATE/proxy.kubeconfig}
hostnameOverride: $NODE
mode: iptables
clusterCIDR: 10.244.0.0/16
iptables: {minSyncPeriod: 100ms}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}  # read-only in a network namespace
EOT
}

# ---------------------------------------------------------------- components

command_of() # command_of COMPONENT: its command line, in the array COMMAND
{
    case $1 in
    etcd)
        COMMAND=("$BIN/etcd-$ETCD/etcd" --name rig --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level warn
            --quota-backend-bytes 4294967296
            --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379
            --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380
            --initial-cluster rig=http://127.0.0.1:12380)
        ;;
    containerd) COMMAND=(containerd --config "$DIR/etc/containerd.toml" --log-level info) ;;
    kube-apiserver)
        COMMAND=(kube-apiserver --etcd-servers http://127.0.0.1:12379 --advertise-address $API --secure-port 6443
            --service-cluster-ip-range $SERVICES --authorization-mode Node,RBAC
            --enable-admission-plugins NodeRestriction --allow-privileged=true
            --client-ca-file "$STATE/pki/ca.crt"
            --tls-cert-file "$STATE/pki/apiserver.crt" --tls-private-key-file "$STATE/pki/apiserver.key"
            --kubelet-certificate-authority "$STATE/pki/ca.crt" --kubelet-preferred-address-types InternalIP
            --kubelet-client-certificate "$STATE/pki/apiserver-kubelet.crt"
            --kubelet-client-key "$STATE/pki/apiserver-kubelet.key"
            --service-account-issuer https://kubernetes.default.svc.cluster.local
            --service-account-key-file "$STATE/pki/sa.pub" --service-account-signing-key-file "$STATE/pki/sa.key"
            --audit-policy-file "$RIG/audit-policy.yaml" --audit-log-path "$STATE/audit.log"
            --audit-log-maxsize 1024 --audit-log-maxbackup 1)
        ;;
    kube-controller-manager)
        COMMAND=(kube-controller-manager --kubeconfig "$STATE/controller-manager.kubeconfig" --bind-address 127.0.0.1
            --leader-elect=false --use-service-account-credentials
            --service-account-private-key-file "$STATE/pki/sa.key" --root-ca-file "$STATE/pki/ca.crt"
            --cluster-signing-cert-file "$STATE/pki/ca.crt" --cluster-signing-key-file "$STATE/pki/ca.key"
            --enable-hostpath-provisioner=true --kube-api-qps 200 --kube-api-burst 400
            --node-monitor-period 1s --node-monitor-grace-period "${RIG_NODE_GRACE:-50s}") # when a silent node is NotReady
        ;;
    kube-scheduler)
        COMMAND=(kube-scheduler --kubeconfig "$STATE/scheduler.kubeconfig" --bind-address 127.0.0.1 --leader-elect=false)
        ;;
    kubelet)
        COMMAND=(kubelet --config "$DIR/etc/kubelet.yaml" --kubeconfig "$STATE/$NODE.kubeconfig" --hostname-override "$NODE"
            --node-ip "$IP")
        ;;
    kube-proxy) COMMAND=(kube-proxy --config "$DIR/etc/proxy.yaml") ;;
    *) die "no such component: $1" ;;
    esac
}
start() # start COMPONENT
{
    command_of "$1"
    setsid "${COMMAND[@]}" >>"$DIR/log/$1.log" 2>&1 </dev/null &
    echo $! >"$DIR/pid/$1"
}
stop() # stop COMPONENT, and wait for its end
{
    local pid; pid=$(<"$DIR/pid/$1")
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# ---------------------------------------------------------------- init

mounts() # private ones, so that all of it goes away with the node
{
    local controller
    mount --make-rprivate /
    mount --make-rshared /
    mount -t proc proc /proc
    mount -t sysfs sysfs /sys
    mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
    for controller in $CONTROLLERS; do
        mkdir "/sys/fs/cgroup/$controller"
        mount -t cgroup -o "${controller/systemd/none,name=systemd}" cgroup "/sys/fs/cgroup/$controller"
    done
    mount -t tmpfs -o mode=755 run /run
    mkdir -p /var/lib/{kubelet,containerd,cni} /var/log/{pods,containers} /tmp/hostpath_pv
    mount --bind "$DIR/podlogs" /var/log/pods # each kubelet clears away the logs of pods that it does not know
    mount -t tmpfs containers /var/log/containers
    mount --bind "$DIR/kubelet" /var/lib/kubelet
    mount --bind "$DIR/containerd" /var/lib/containerd
    mount --bind "$STATE/hostpath_pv" /tmp/hostpath_pv # one folder for all nodes: a volume follows its pod
    mount -t tmpfs cni /var/lib/cni                    # address leases do not outlive a boot
}
network()
{
    local other
    ip link set lo up
    if [ "$n" = 0 ]; then
        ip link add nodes type bridge
        ip link set nodes up
        ip link add "$NODE" type veth peer name "${NODE}p"
        ip link set "${NODE}p" master nodes up
    else
        waitfor 10 "link $NODE" ip link show "$NODE" # ./rig puts it here
    fi
    ip addr add "$IP/24" dev "$NODE"
    ip link set "$NODE" up
    ip route add $SERVICES dev "$NODE" # no default route: all else is unreachable at once
    for other in {0..9}; do
        [ "$other" = "$n" ] || ip route add "10.244.$other.0/24" via "10.20.0.$((other + 2))"
    done
    echo 1 >/proc/sys/net/ipv4/ip_forward
}
# The provisioner makes volumes root's with 0750, and hostPath takes no fsGroup: pods that are not root
# could not write.
open_volumes()
{
    while :; do
        chmod -f 0777 /tmp/hostpath_pv/* || true
        sleep 0.1
    done
}
import_images() # import_images NAME...
{
    local name
    for name; do ctr -n k8s.io images import "$IMAGES/$name.tar" >/dev/null; done
}
load_images() # those that the node lacks; the ones that it needs to become Ready first
{
    local name rest=()
    if [ "$(cat "$DIR/images.set" 2>/dev/null)" != "$SET" ]; then
        import_images pause coredns
        for name in "$IMAGES"/*.tar; do rest+=("$(basename "$name" .tar)"); done
        { import_images "${rest[@]}" && echo "$SET" >"$DIR/images.set" && touch "$DIR/images.loaded"; } &
    else
        touch "$DIR/images.loaded"
    fi
}
init() # PID 1 of a node
{
    local outside rest
    read -r outside rest </proc/self/stat # /proc is still the machine's: this is our pid as seen from outside
    readlink /proc/self/ns/pid >"$DIR/init.ns"
    echo "$outside" >"$DIR/init.pid"
    trap 'trap "" TERM; kill -TERM -1; sleep 1.5; exit 0' TERM

    mounts
    network
    [ "$n" != 0 ] || open_volumes &
    ulimit -n "$(ulimit -Hn)"
    if [ "$n" = 0 ]; then
        start etcd
        start kube-apiserver
    fi
    start containerd
    waitfor 30 containerd ctr version
    load_images
    start kubelet
    waitfor 60 kube-apiserver api_ready
    if [ "$n" = 0 ]; then
        start kube-controller-manager
        start kube-scheduler
    fi
    start kube-proxy
    while :; do
        sleep 3600 &
        wait $! || true
    done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    node_select "$2"
    case $1 in
    init) init ;;
    start) ulimit -n "$(ulimit -Hn)"; start "$3" ;;
    stop) stop "$3" ;;
    *) die "node.sh: no such command: $1" ;;
    esac
fi
