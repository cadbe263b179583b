// Package engine runs Flyte 1's workflow engine, flytepropeller, inside this process. Its Kubernetes is a store in
// memory, and its pods are processes of this machine; everything between the two is propeller itself.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	k8sinformers "k8s.io/client-go/informers"

	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"
	"github.com/flyteorg/flyte/flytepropeller/pkg/client/clientset/versioned"
	informers "github.com/flyteorg/flyte/flytepropeller/pkg/client/informers/externalversions"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller"
	"github.com/flyteorg/flyte/flytestdlib/promutils"
	"github.com/flyteorg/flyte/flytestdlib/storage"

	"flyte1cluster/pods"
)

// Options says what an Engine needs to know.
type Options struct {
	// AdminEndpoint is the HOST:PORT of the AdminService and SignalService that the engine reports to, without TLS.
	AdminEndpoint string
	// DataDir is where all data of executions lies. It must be an absolute path.
	DataDir string
	// Workers is the number of workflows that are evaluated at once; 0 stands for 4.
	Workers int
	// Pods says how pods run; its DataDir is the engine's.
	Pods pods.Options
	// CatalogEndpoint is the HOST:PORT of a DataCatalog service, without TLS. Without it nothing is cached.
	CatalogEndpoint string
	// ClientID and ClientSecret are what the engine shows AdminService where it asks for a token.
	ClientID, ClientSecret string
	// LogLevel is the level of the engine's own log on stderr, 0 (panics) to 5 (debug); negative mutes it.
	LogLevel int
	// InlineOutputs sends outputs inside of events instead of references to them.
	InlineOutputs bool
}

// Engine is a running propeller.
type Engine struct {
	workflows versioned.Interface
	store     *storage.DataStore
	runner    *pods.Runner
	cancel    context.CancelFunc
	done      chan error
}

// started is true from the first Start on: the configuration of propeller is global to a process.
var started atomic.Bool

// Start configures propeller and starts it. A process can have one Engine in its life.
func Start(ctx context.Context, o Options) (*Engine, error) {
	if !started.CompareAndSwap(false, true) {
		return nil, errors.New("this process has had an engine already")
	}
	if !filepath.IsAbs(o.DataDir) {
		return nil, fmt.Errorf("the data directory is not an absolute path: %s", o.DataDir)
	}
	if o.Workers <= 0 {
		o.Workers = 4
	}
	o.Pods.DataDir = o.DataDir
	for _, dir := range []string{"metadata", "raw", "logs", "pods"} {
		if err := os.MkdirAll(filepath.Join(o.DataDir, dir), 0o755); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	cfg, err := configure(ctx, o)
	if err != nil {
		cancel()
		return nil, err
	}

	scope := promutils.NewScope("flyte1").NewSubScope("propeller")
	store, err := storage.NewDataStore(storage.GetConfig(), scope.NewSubScope("engine"))
	if err != nil {
		cancel()
		return nil, err
	}
	clientset, err := newWorkflowClientset(filepath.Join(o.DataDir, "workflows"))
	if err != nil {
		cancel()
		return nil, err
	}
	kube, err := emptyCluster()
	if err != nil {
		cancel()
		return nil, err
	}
	runner, err := pods.New(o.Pods)
	if err != nil {
		cancel()
		return nil, err
	}
	workflowInformers := informers.NewSharedInformerFactoryWithOptions(
		clientset, cfg.WorkflowReEval.Duration, controller.SharedInformerOptions(cfg, cfg.LimitNamespace)...)
	kubeInformers := k8sinformers.NewSharedInformerFactory(kube, time.Minute)
	ctrl, err := controller.New(ctx, cfg, kube, clientset, workflowInformers, kubeInformers, runner, scope)
	if err != nil {
		cancel()
		return nil, err
	}
	workflowInformers.Start(ctx.Done())
	kubeInformers.Start(ctx.Done())
	e := &Engine{workflows: clientset, store: store, runner: runner, cancel: cancel, done: make(chan error, 1)}
	go func() { e.done <- ctrl.Run(ctx) }()
	return e, nil
}

// Store is the engine's store of data; it reads and writes file:// references.
func (e *Engine) Store() *storage.DataStore { return e.store }

// Submit hands the engine a workflow to run.
func (e *Engine) Submit(ctx context.Context, w *v1alpha1.FlyteWorkflow) error {
	w = w.DeepCopy()
	if w.UID == "" {
		w.UID = types.UID(uuid.NewUUID())
	}
	if w.CreationTimestamp.IsZero() {
		w.CreationTimestamp = metav1.Now()
	}
	_, err := e.workflows.FlyteworkflowV1alpha1().FlyteWorkflows(w.Namespace).Create(ctx, w, metav1.CreateOptions{})
	return err
}

// Abort ends a workflow as `kubectl delete` of its resource does. No error if there is none.
func (e *Engine) Abort(ctx context.Context, namespace, name string) error {
	background := metav1.DeletePropagationBackground
	err := e.workflows.FlyteworkflowV1alpha1().FlyteWorkflows(namespace).Delete(
		ctx, name, metav1.DeleteOptions{PropagationPolicy: &background})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// Has says whether there is a workflow.
func (e *Engine) Has(ctx context.Context, namespace, name string) bool {
	_, err := e.Workflow(ctx, namespace, name)
	return !apierrors.IsNotFound(err)
}

// Workflow is the resource of a workflow as it is now.
func (e *Engine) Workflow(ctx context.Context, namespace, name string) (*v1alpha1.FlyteWorkflow, error) {
	return e.workflows.FlyteworkflowV1alpha1().FlyteWorkflows(namespace).Get(ctx, name, metav1.GetOptions{})
}

// Stop ends the engine and the processes of all its pods.
func (e *Engine) Stop() error {
	e.cancel()
	e.runner.Stop()
	return <-e.done
}

// RawOutputPrefix is where tasks write their files unless an execution says otherwise.
func RawOutputPrefix(dataDir string) string { return "file://" + filepath.Join(dataDir, "raw") }
