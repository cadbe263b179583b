package engine

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	ktesting "k8s.io/client-go/testing"

	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"
	"github.com/flyteorg/flyte/flytepropeller/pkg/client/clientset/versioned/fake"
)

// workflowStore gives the fake clientset what propeller relies on in a real API server: workflows pass through JSON,
// names are Kubernetes', every change has a new resource version, an update of a version that is not the newest is a
// conflict, and what has finalizers stays until they are gone.
type workflowStore struct {
	mu      sync.Mutex
	tracker ktesting.ObjectTracker
	version uint64
}

func newWorkflowClientset() *fake.Clientset {
	clientset := fake.NewSimpleClientset()
	store := &workflowStore{tracker: clientset.Tracker()}
	clientset.PrependReactor("*", "flyteworkflows", store.react)
	return clientset
}

func (s *workflowStore) react(action ktesting.Action) (bool, runtime.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch a := action.(type) {
	case ktesting.UpdateAction: // It goes first: a create is no update, but both have an object.
		if action.GetVerb() == "create" {
			return s.create(action, a.GetObject())
		}
		return s.update(action, a.GetObject())
	case ktesting.DeleteAction:
		return s.delete(action, a.GetName())
	case ktesting.ListAction:
		// The generated clientset asks for a kind of another group than the one that the types are registered in.
		list, err := s.tracker.List(action.GetResource(), v1alpha1.SchemeGroupVersion.WithKind("FlyteWorkflow"),
			action.GetNamespace())
		return true, list, err
	}
	return false, nil, nil
}

func (s *workflowStore) create(action ktesting.Action, object runtime.Object) (bool, runtime.Object, error) {
	w, _, err := throughJSON(object)
	if err != nil {
		return true, nil, err
	}
	if problems := validation.NameIsDNSSubdomain(w.Name, false); len(problems) > 0 {
		return true, nil, apierrors.NewInvalid(v1alpha1.SchemeGroupVersion.WithKind("FlyteWorkflow").GroupKind(), w.Name,
			field.ErrorList{field.Invalid(field.NewPath("metadata", "name"), w.Name, strings.Join(problems, ", "))})
	}
	s.stamp(w)
	if err := s.tracker.Create(action.GetResource(), w, action.GetNamespace()); err != nil {
		return true, nil, err
	}
	return true, w.DeepCopy(), nil
}

func (s *workflowStore) update(action ktesting.Action, object runtime.Object) (bool, runtime.Object, error) {
	gvr, ns := action.GetResource(), action.GetNamespace()
	w, after, err := throughJSON(object)
	if err != nil {
		return true, nil, err
	}
	current, err := s.tracker.Get(gvr, ns, w.Name)
	if err != nil {
		return true, nil, err
	}
	old, before, err := throughJSON(current)
	if err != nil {
		return true, nil, err
	}
	if old.ResourceVersion != w.ResourceVersion {
		return true, nil, apierrors.NewConflict(gvr.GroupResource(), w.Name, nil)
	}
	if bytes.Equal(before, after) {
		return true, old, nil
	}
	s.stamp(w)
	if !w.DeletionTimestamp.IsZero() && len(w.Finalizers) == 0 {
		if err := s.tracker.Delete(gvr, ns, w.Name); err != nil {
			return true, nil, err
		}
		return true, w, nil
	}
	if err := s.tracker.Update(gvr, w, ns); err != nil {
		return true, nil, err
	}
	return true, w.DeepCopy(), nil
}

func (s *workflowStore) delete(action ktesting.Action, name string) (bool, runtime.Object, error) {
	gvr, ns := action.GetResource(), action.GetNamespace()
	current, err := s.tracker.Get(gvr, ns, name)
	if err != nil {
		return true, nil, err
	}
	w := current.(*v1alpha1.FlyteWorkflow).DeepCopy()
	// A workflow that no worker has seen yet has no finalizer; propeller must see it nevertheless, to report its end.
	if len(w.Finalizers) == 0 && w.Status.IsTerminated() {
		return true, nil, s.tracker.Delete(gvr, ns, name)
	}
	if !w.DeletionTimestamp.IsZero() {
		return true, nil, nil
	}
	if len(w.Finalizers) == 0 {
		w.Finalizers = []string{"flyte.org/finalizer"}
	}
	now := metav1.Now()
	w.DeletionTimestamp = &now
	s.stamp(w)
	return true, nil, s.tracker.Update(gvr, w, ns)
}

func (s *workflowStore) stamp(w *v1alpha1.FlyteWorkflow) {
	s.version++
	w.ResourceVersion = strconv.FormatUint(s.version, 10)
}

func throughJSON(object runtime.Object) (*v1alpha1.FlyteWorkflow, []byte, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, nil, err
	}
	w := &v1alpha1.FlyteWorkflow{}
	return w, data, json.Unmarshal(data, w)
}
