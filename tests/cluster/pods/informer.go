package pods

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllertest"
)

// podCache is the cache of a manager, as far as propeller's plugins ask it.
type podCache struct {
	client.Reader
	informer *podInformer
}

// List finds nothing; it is only asked for a metric.
func (c *podCache) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

func (c *podCache) GetInformer(context.Context, client.Object, ...cache.InformerGetOption) (cache.Informer, error) {
	return c.informer, nil
}

func (c *podCache) GetInformerForKind(context.Context, schema.GroupVersionKind,
	...cache.InformerGetOption) (cache.Informer, error) {
	return c.informer, nil
}

func (c *podCache) RemoveInformer(context.Context, client.Object) error { return nil }
func (c *podCache) Start(context.Context) error                         { return nil }
func (c *podCache) WaitForCacheSync(context.Context) bool               { return true }
func (c *podCache) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	return nil
}

// podInformer tells propeller's plugins of changes of pods.
type podInformer struct {
	controllertest.FakeInformer
	mu       sync.Mutex
	handlers []toolscache.ResourceEventHandler
}

func (i *podInformer) add(h toolscache.ResourceEventHandler) (toolscache.ResourceEventHandlerRegistration, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.handlers = append(i.handlers, h)
	return nil, nil
}

// AddEventHandler is part of cache.Informer.
func (i *podInformer) AddEventHandler(
	h toolscache.ResourceEventHandler,
) (toolscache.ResourceEventHandlerRegistration, error) {
	return i.add(h)
}

// AddEventHandlerWithResyncPeriod is part of cache.Informer.
func (i *podInformer) AddEventHandlerWithResyncPeriod(h toolscache.ResourceEventHandler,
	_ time.Duration) (toolscache.ResourceEventHandlerRegistration, error) {
	return i.add(h)
}

// AddEventHandlerWithOptions is part of cache.Informer.
func (i *podInformer) AddEventHandlerWithOptions(h toolscache.ResourceEventHandler,
	_ toolscache.HandlerOptions) (toolscache.ResourceEventHandlerRegistration, error) {
	return i.add(h)
}

func (i *podInformer) update(before, after *corev1.Pod) {
	i.mu.Lock()
	handlers := append([]toolscache.ResourceEventHandler{}, i.handlers...)
	i.mu.Unlock()
	for _, h := range handlers {
		h.OnUpdate(before, after)
	}
}
