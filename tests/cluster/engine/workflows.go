package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	ktesting "k8s.io/client-go/testing"

	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"
	"github.com/flyteorg/flyte/flytepropeller/pkg/client/clientset/versioned/fake"
)

// workflowStore gives the fake clientset what propeller relies on in a real API server: workflows pass through JSON,
// names are Kubernetes', every change has a new resource version, an update of a version that is not the newest is a
// conflict, what has finalizers stays until they are gone, and all is still there after a restart.
type workflowStore struct {
	mu      sync.Mutex
	tracker ktesting.ObjectTracker
	version uint64
	// dir has a file for each workflow, NAMESPACE/NAME.json.
	dir string
}

// workflowResource is what the generated clientset asks for: its group is not the one that the types are registered in.
var workflowResource = schema.GroupVersionResource{
	Group: "flyteworkflow.flyte.net", Version: "v1alpha1", Resource: "flyteworkflows",
}

func newWorkflowClientset(dir string) (*fake.Clientset, error) {
	clientset := fake.NewSimpleClientset()
	store := &workflowStore{tracker: clientset.Tracker(), dir: dir}
	if err := store.restore(); err != nil {
		return nil, err
	}
	clientset.PrependReactor("*", "flyteworkflows", store.react)
	return clientset, nil
}

// restore reads what an earlier process has kept.
func (s *workflowStore) restore() error {
	paths, err := filepath.Glob(filepath.Join(s.dir, "*", "*.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		w := &v1alpha1.FlyteWorkflow{}
		if err := json.Unmarshal(data, w); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		version, err := strconv.ParseUint(w.ResourceVersion, 10, 64)
		if err != nil {
			return fmt.Errorf("%s: the resource version: %w", path, err)
		}
		s.version = max(s.version, version)
		if err := s.tracker.Create(workflowResource, w, w.Namespace); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func (s *workflowStore) path(w *v1alpha1.FlyteWorkflow) string {
	return filepath.Join(s.dir, w.Namespace, w.Name+".json")
}

// keep writes a workflow before anything else sees it.
func (s *workflowStore) keep(w *v1alpha1.FlyteWorkflow) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	path := s.path(w)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	// A rename, so that a process that is killed leaves the old one or the new one, whole.
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
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
	if err := s.keep(w); err != nil {
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
		return true, w, s.remove(gvr, w)
	}
	if err := s.keep(w); err != nil {
		return true, nil, err
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
		return true, nil, s.remove(gvr, w)
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
	if err := s.keep(w); err != nil {
		return true, nil, err
	}
	return true, nil, s.tracker.Update(gvr, w, ns)
}

func (s *workflowStore) remove(gvr schema.GroupVersionResource, w *v1alpha1.FlyteWorkflow) error {
	if err := os.Remove(s.path(w)); err != nil {
		return err
	}
	return s.tracker.Delete(gvr, w.Namespace, w.Name)
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
