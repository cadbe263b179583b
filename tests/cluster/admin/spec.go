package admin

import (
	"maps"

	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"
)

// merged is a request's spec with what its launch plan says where the request says nothing.
func merged(request *admin.ExecutionSpec, plan *admin.LaunchPlan, rawOutputs string) *admin.ExecutionSpec {
	spec := proto.Clone(request).(*admin.ExecutionSpec)
	spec.Inputs = nil
	of := plan.GetSpec()
	if spec.MaxParallelism == 0 {
		spec.MaxParallelism = of.GetMaxParallelism()
	}
	if spec.MaxParallelism == 0 {
		spec.MaxParallelism = 25
	}
	if spec.Interruptible == nil {
		spec.Interruptible = of.GetInterruptible()
	}
	if !spec.OverwriteCache {
		spec.OverwriteCache = of.GetOverwriteCache()
	}
	if spec.RawOutputDataConfig.GetOutputLocationPrefix() == "" {
		spec.RawOutputDataConfig = of.GetRawOutputDataConfig()
	}
	if spec.RawOutputDataConfig.GetOutputLocationPrefix() == "" {
		spec.RawOutputDataConfig = &admin.RawOutputDataConfig{OutputLocationPrefix: rawOutputs}
	}
	if spec.SecurityContext == nil {
		spec.SecurityContext = &core.SecurityContext{}
		if of.GetSecurityContext() != nil {
			spec.SecurityContext = proto.Clone(of.GetSecurityContext()).(*core.SecurityContext)
		}
	}
	if spec.SecurityContext.RunAs == nil {
		spec.SecurityContext.RunAs = &core.Identity{}
	}
	if spec.SecurityContext.RunAs.K8SServiceAccount == "" {
		account := spec.GetAuthRole().GetKubernetesServiceAccount()
		if account == "" {
			account = of.GetAuthRole().GetKubernetesServiceAccount()
		}
		spec.SecurityContext.RunAs.K8SServiceAccount = account
	}
	spec.Labels = &admin.Labels{Values: union(of.GetLabels().GetValues(), spec.GetLabels().GetValues())}
	spec.Annotations = &admin.Annotations{Values: union(of.GetAnnotations().GetValues(),
		spec.GetAnnotations().GetValues())}
	if spec.Envs == nil {
		spec.Envs = of.GetEnvs()
	}
	return spec
}

func union(low, high map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, low)
	maps.Copy(all, high)
	return all
}

// fill gives a workflow what flyteadmin's executor gives it.
func fill(w *v1alpha1.FlyteWorkflow, id *core.WorkflowExecutionIdentifier, spec *admin.ExecutionSpec,
	resources Resources) {
	now := metav1.Now()
	w.ExecutionID = v1alpha1.WorkflowExecutionIdentifier{WorkflowExecutionIdentifier: id}
	w.WorkflowMeta = &v1alpha1.WorkflowMeta{EventVersion: v1alpha1.EventVersion2}
	w.AcceptedAt = &now
	w.Labels = union(spec.GetLabels().GetValues(), w.Labels)
	w.Annotations = union(w.Annotations, spec.GetAnnotations().GetValues())
	w.ServiceAccountName = spec.GetSecurityContext().GetRunAs().GetK8SServiceAccount()
	proto.Merge(&w.SecurityContext, spec.GetSecurityContext())
	w.RawOutputDataConfig = v1alpha1.RawOutputDataConfig{RawOutputDataConfig: spec.GetRawOutputDataConfig()}
	w.ExecutionConfig = v1alpha1.ExecutionConfig{
		MaxParallelism: uint32(max(spec.GetMaxParallelism(), 0)),
		OverwriteCache: spec.GetOverwriteCache(),
		TaskResources:  v1alpha1.TaskResources{Requests: resources.Defaults.spec(), Limits: resources.Limits.spec()},
	}
	if spec.GetInterruptible() != nil {
		v := spec.GetInterruptible().GetValue()
		w.ExecutionConfig.Interruptible = &v
	}
	if len(spec.GetEnvs().GetValues()) > 0 {
		w.ExecutionConfig.EnvironmentVariables = map[string]string{}
		for _, pair := range spec.GetEnvs().GetValues() {
			w.ExecutionConfig.EnvironmentVariables[pair.GetKey()] = pair.GetValue()
		}
	}
	if m := spec.GetMetadata(); m.GetMode() == admin.ExecutionMetadata_RECOVERED && m.GetReferenceExecution() != nil {
		w.ExecutionConfig.RecoveryExecution = v1alpha1.WorkflowExecutionIdentifier{
			WorkflowExecutionIdentifier: m.GetReferenceExecution(),
		}
	}
}
