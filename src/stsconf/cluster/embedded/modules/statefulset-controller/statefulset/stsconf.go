package statefulset

import "stsconf.local/statefulset-controller/start"

func init() {
	start.New = NewStatefulSetController
}
