// Package pods runs the pods that propeller makes as processes of this machine.
package pods

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

// Options says how pods run.
type Options struct {
	// DataDir is where logs and directories of pods lie.
	DataDir string
	// Max is the number of pods that run at once, others wait; 0 stands for 8.
	Max int
	// Binary is the program that stands in for the first word of a container's command where the word is neither an
	// absolute path nor a program in PATH.
	Binary string
	// Binaries are programs by the image of the container; they go before Binary.
	Binaries map[string]string
	// Env is what every process sees besides the variables of its container, as NAME=VALUE.
	Env []string
	// Secrets are the secrets of the cluster, by GROUP/KEY.
	Secrets map[string]string
	// GracePeriod is the time between the polite and the other end of a pod that is deleted; 0 stands for 3 s.
	GracePeriod time.Duration
}

// Runner is the client of Kubernetes that propeller's plugins create pods with. A pod that is created runs its
// primary container as a process, and the pod's status follows it.
type Runner struct {
	client.Client
	opts     Options
	informer *podInformer
	slots    chan struct{}

	mu      sync.Mutex
	running map[types.NamespacedName]*podProcess
	wg      sync.WaitGroup
}

// podProcess is what runs, or waits to run, for one pod.
type podProcess struct {
	stop chan struct{}
	once sync.Once
}

func (p *podProcess) end() { p.once.Do(func() { close(p.stop) }) }

// New is a runner of pods. Processes of an earlier runner with the same data, which was killed, end; its pods are lost,
// as those of a node of Kubernetes that is gone.
func New(o Options) (*Runner, error) {
	if err := endLeftProcesses(groupsDir(o.DataDir)); err != nil {
		return nil, err
	}
	if o.Max <= 0 {
		o.Max = 8
	}
	if o.GracePeriod <= 0 {
		o.GracePeriod = 3 * time.Second
	}
	return &Runner{
		Client:   fake.NewClientBuilder().Build(),
		opts:     o,
		informer: &podInformer{},
		slots:    make(chan struct{}, o.Max),
		running:  map[types.NamespacedName]*podProcess{},
	}, nil
}

// GetClient is part of executors.Client.
func (r *Runner) GetClient() client.Client { return r }

// GetCache is part of executors.Client.
func (r *Runner) GetCache() cache.Cache { return &podCache{Reader: r.Client, informer: r.informer} }

// Create starts the process of a pod.
func (r *Runner) Create(ctx context.Context, object client.Object, opts ...client.CreateOption) error {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return r.Client.Create(ctx, object, opts...)
	}
	pod.UID = types.UID(uuid.NewUUID())
	pod.CreationTimestamp = metav1.Now()
	pod.Status.Phase = corev1.PodPending
	if err := r.Client.Create(ctx, pod, opts...); err != nil {
		return err
	}
	process := &podProcess{stop: make(chan struct{})}
	r.mu.Lock()
	r.running[client.ObjectKeyFromObject(pod)] = process
	r.mu.Unlock()
	r.wg.Add(1)
	go func(pod *corev1.Pod) {
		defer r.wg.Done()
		r.run(pod, process)
	}(pod.DeepCopy())
	return nil
}

// Delete ends the process of a pod.
func (r *Runner) Delete(ctx context.Context, object client.Object, opts ...client.DeleteOption) error {
	if pod, ok := object.(*corev1.Pod); ok {
		r.mu.Lock()
		if process := r.running[client.ObjectKeyFromObject(pod)]; process != nil {
			process.end()
		}
		r.mu.Unlock()
	}
	return r.Client.Delete(ctx, object, opts...)
}

// Stop ends the processes of all pods.
func (r *Runner) Stop() {
	r.mu.Lock()
	for _, process := range r.running {
		process.end()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

func (r *Runner) run(pod *corev1.Pod, process *podProcess) {
	key := client.ObjectKeyFromObject(pod)
	defer func() {
		r.mu.Lock()
		delete(r.running, key)
		r.mu.Unlock()
	}()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-process.stop:
		return
	}
	start := metav1.Now()
	container := primaryContainer(pod)
	status := corev1.ContainerStatus{Name: container.Name, Image: container.Image, ContainerID: "process://" +
		string(pod.UID)}
	r.report(key, func(s *corev1.PodStatus) {
		s.Phase = corev1.PodRunning
		s.StartTime = &start
		status.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: start}}
		s.ContainerStatuses = []corev1.ContainerStatus{status}
	})
	code, reason, message := r.execute(pod, container, process)
	r.report(key, func(s *corev1.PodStatus) {
		s.Phase = corev1.PodSucceeded
		if code != 0 {
			s.Phase = corev1.PodFailed
		}
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: int32(code), Reason: reason, Message: message, StartedAt: start, FinishedAt: metav1.Now(),
		}}
		s.ContainerStatuses = []corev1.ContainerStatus{status}
	})
}

// report changes the status of a pod and tells who watches it.
func (r *Runner) report(key types.NamespacedName, change func(*corev1.PodStatus)) {
	ctx := context.Background()
	var pod corev1.Pod
	if err := r.Get(ctx, key, &pod); err != nil {
		return // It has been deleted.
	}
	before := pod.DeepCopy()
	change(&pod.Status)
	if err := r.Status().Update(ctx, &pod); err != nil {
		return
	}
	r.informer.update(before, &pod)
}
