#!/bin/sh
# Stands in for kind's pod network: tells the node's CNI plugins their range of addresses, and routes the other
# nodes' ranges to those nodes. It follows the nodes by watch; when the watch ends, the kubelet starts it anew.
config=${CNI_CONFIG:-/etc/cni/net.d}
token=/var/run/secrets/kubernetes.io/serviceaccount
kubectl --server "https://$CONTROL_PLANE_ENDPOINT" --certificate-authority $token/ca.crt --token "$(cat $token/token)" \
    get nodes --watch --output-watch-events=false \
    -o 'jsonpath={.spec.podCIDR} {.status.addresses[?(@.type=="InternalIP")].address}{"\n"}' |
while read -r range address; do
    [ -n "$address" ] || continue
    if [ "$address" != "$HOST_IP" ]; then
        ip route replace "$range" via "$address"
        continue
    fi
    [ -e "$config/10-kindnet.conflist" ] && continue
    cat >"$config/draft" <<CONFIG
{
  "cniVersion": "0.3.1",
  "name": "kindnet",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/cni-ipam-state",
        "routes": [{"dst": "0.0.0.0/0"}],
        "ranges": [[{"subnet": "$range"}]]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
CONFIG
    mv "$config/draft" "$config/10-kindnet.conflist"
done
