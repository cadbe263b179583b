package admin

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils"
	"github.com/flyteorg/flyte/flytepropeller/pkg/apis/flyteworkflow/v1alpha1"

	"flyte1cluster/fault"
)

// Resources are what tasks get that ask for nothing, and the most that they may ask for.
type Resources struct {
	Defaults, Limits Amounts
}

// Amounts are quantities of Kubernetes; an empty one of a limit is no limit.
type Amounts struct {
	CPU, Memory, GPU, Storage string
}

// settle puts flyteadmin's own numbers where there are none.
func (r *Resources) settle() {
	if r.Defaults == (Amounts{}) {
		r.Defaults = Amounts{CPU: "2", Memory: "200Mi"}
	}
	if r.Limits == (Amounts{}) {
		r.Limits = Amounts{CPU: "2", Memory: "1Gi", GPU: "1"}
	}
}

// Check says whether all amounts are quantities.
func (a Amounts) Check() error {
	for _, text := range []string{a.CPU, a.Memory, a.GPU, a.Storage} {
		if text == "" {
			continue
		}
		if _, err := resource.ParseQuantity(text); err != nil {
			return err
		}
	}
	return nil
}

func quantity(text string) resource.Quantity {
	if text == "" {
		return resource.Quantity{}
	}
	return resource.MustParse(text)
}

// spec is the form that the engine takes amounts in.
func (a Amounts) spec() v1alpha1.TaskResourceSpec {
	return v1alpha1.TaskResourceSpec{
		CPU: quantity(a.CPU), Memory: quantity(a.Memory), GPU: quantity(a.GPU), EphemeralStorage: quantity(a.Storage),
	}
}

type amounts map[core.Resources_ResourceName]resource.Quantity

func (a Amounts) byName() amounts {
	all := amounts{}
	for name, text := range map[core.Resources_ResourceName]string{
		core.Resources_CPU: a.CPU, core.Resources_MEMORY: a.Memory, core.Resources_GPU: a.GPU,
		core.Resources_EPHEMERAL_STORAGE: a.Storage,
	} {
		if text != "" {
			all[name] = quantity(text)
		}
	}
	return all
}

// checkContainer says whether a container can be run: with an image, and within the limits.
func (r Resources) checkContainer(id *core.Identifier, c *core.Container) error {
	if c.GetImage() == "" {
		return fault.Missing("image")
	}
	requests, err := entries(id, c.GetResources().GetRequests())
	if err != nil {
		return err
	}
	limits, err := entries(id, c.GetResources().GetLimits())
	if err != nil {
		return err
	}
	return within(id, requests, limits, r.Limits.byName())
}

// checkPod says whether a pod has a specification, within the limits.
func (r Resources) checkPod(id *core.Identifier, pod *core.K8SPod) error {
	if pod.GetPodSpec() == nil {
		return fault.Invalid("invalid TaskSpecification, " +
			"pod tasks should specify their target as a K8sPod with a defined pod spec")
	}
	var spec corev1.PodSpec
	if err := utils.UnmarshalStructToObj(pod.GetPodSpec(), &spec); err != nil {
		return fault.Internal("%v", err)
	}
	for _, c := range spec.Containers {
		if err := within(id, ofList(c.Resources.Requests), ofList(c.Resources.Limits), r.Limits.byName()); err != nil {
			return err
		}
	}
	return nil
}

func ofList(list corev1.ResourceList) amounts {
	all := amounts{}
	for name, value := range list {
		text := strings.ToUpper(strings.ReplaceAll(string(name), "-", "_"))
		all[core.Resources_ResourceName(core.Resources_ResourceName_value[text])] = value
	}
	return all
}

func entries(id *core.Identifier, list []*core.Resources_ResourceEntry) (amounts, error) {
	all := amounts{}
	for _, entry := range list {
		name := entry.GetName()
		switch name {
		case core.Resources_CPU, core.Resources_MEMORY, core.Resources_GPU, core.Resources_EPHEMERAL_STORAGE:
		default:
			continue
		}
		if _, ok := all[name]; ok {
			return nil, fault.Invalid("can't specify %v limit for task [%+v] multiple times", name, id)
		}
		value, err := resource.ParseQuantity(entry.GetValue())
		if err != nil {
			return nil, fault.Invalid("Parsing of %v request failed for value %v - reason  %v. "+
				"Please follow K8s conventions for resources "+
				"https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/", name, entry.GetValue(), err)
		}
		if name == core.Resources_GPU && value.MilliValue()%1000 != 0 {
			return nil, fault.Invalid("gpu for [%+v] must be a whole number, got: %s instead", id, entry.GetValue())
		}
		all[name] = value
	}
	return all, nil
}

// within says whether requests are not above the limits of their task and of the platform.
func within(id *core.Identifier, requests, limits, platform amounts) error {
	above := func(name core.Resources_ResourceName, what string, have, most resource.Quantity) error {
		return fault.Invalid("Requested %v %s [%v] is greater than current limit set in the platform configuration [%v]. "+
			"Please contact Flyte Admins to change these limits or consult the configuration",
			name, what, have.String(), most.String())
	}
	for _, name := range []core.Resources_ResourceName{
		core.Resources_CPU, core.Resources_EPHEMERAL_STORAGE, core.Resources_MEMORY, core.Resources_GPU,
	} {
		request, ok := requests[name]
		if !ok {
			continue
		}
		limit, limited := limits[name]
		most, bounded := platform[name]
		switch {
		case name == core.Resources_GPU && limited && request.Value() != limit.Value():
			return fault.Invalid("For extended resource 'gpu' the default value must equal the limit value for task [%+v]", id)
		case name != core.Resources_GPU && limited && limit.Value() < request.Value():
			return fault.Invalid("Requested %v default [%v] is greater than the limit [%v]. Please fix your configuration",
				name, request.String(), limit.String())
		case name != core.Resources_GPU && limited && bounded && limit.Value() > most.Value():
			return above(name, "limit", limit, most)
		case bounded && request.Value() > most.Value():
			return above(name, "default", request, most)
		}
	}
	return nil
}
