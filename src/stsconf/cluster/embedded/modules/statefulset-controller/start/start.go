// Package start does for the StatefulSet controller what kube-controller-manager does.
package start

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	_ "k8s.io/kubernetes/pkg/apis/apps/install" // makes the defaults known by which revisions are compared
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/features" // makes the gates known, each with the default of its release
)

// Synced is the line on stdout that says: all there is in the cluster is known, work begins.
const Synced = "synced"

const (
	resync  = 12 * time.Hour
	workers = 5
	// What these clusters tell their controller manager. With a client that is braked harder, Events come late.
	queriesPerSecond, burst = 500, 1000
)

// New is the function that makes the controller. Its parameters are not the same in all releases.
var New any

type controller interface {
	Run(ctx context.Context, workers int)
}

// Main runs the controller until SIGTERM.
func Main() {
	kubeconfig := flag.String("kubeconfig", "", "the cluster, and who we are in it")
	refuse := flag.Int("refuse", 0, "refuse two changes of so many of each object; 0: none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, *kubeconfig, *refuse); err != nil {
		klog.ErrorS(err, "The StatefulSet controller ends")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
}

func run(ctx context.Context, kubeconfig string, refuse int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = queriesPerSecond, burst
	if refuse > 0 {
		config.Wrap(func(onward http.RoundTripper) http.RoundTripper {
			return &refusing{RoundTripper: onward, every: refuse, writes: map[string]int{}}
		})
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, resync)
	core, apps := factory.Core().V1(), factory.Apps().V1()
	controller := assemble(ctx, core.Pods(), apps.StatefulSets(), core.PersistentVolumeClaims(), apps.ControllerRevisions(), client)
	factory.Start(ctx.Done())
	for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return fmt.Errorf("asked to end before %v were listed", kind)
		}
	}
	fmt.Fprintln(os.Stdout, Synced)
	controller.Run(ctx, workers)
	return nil
}

// assemble calls New with those of the parts that it asks for.
func assemble(parts ...any) controller {
	function := reflect.ValueOf(New)
	arguments := []reflect.Value{}
	for i := 0; i < function.Type().NumIn(); i++ {
		for _, part := range parts {
			if reflect.TypeOf(part).AssignableTo(function.Type().In(i)) {
				arguments = append(arguments, reflect.ValueOf(part))
				break
			}
		}
	}
	return function.Call(arguments)[0].Interface().(controller)
}
