// The StatefulSet controller of Kubernetes and nothing else: what kube-controller-manager runs among many others.
//
// The controller's package is not here. For each build a copy of Kubernetes' own is put into statefulset/, changed or
// not. It is known here by its import alone, so that compiling this file again takes no time.
package main

import (
	"stsconf.local/statefulset-controller/start"
	_ "stsconf.local/statefulset-controller/statefulset"
)

func main() {
	start.Main()
}
