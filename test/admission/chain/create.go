package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	podregistry "k8s.io/kubernetes/pkg/registry/core/pod"
)

// created is what became of one pod in one chain.
type created struct {
	// problem is why it was refused, undefined if it was taken.
	problem error
	// admitted is the pod after the mutating plug-ins; nil where they refused it.
	admitted *core.Pod
	// pod is what would be stored; set even where validation refuses it.
	pod *corev1.Pod
	// warnings are the API server's own.
	warnings []string
	// webhookWarnings are those of the webhooks.
	webhookWarnings []string
}

var (
	podKind      = schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	podResource  = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	ourWorld     = admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)
	creationTime = metav1.NewTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
)

// decode reads a pod as the handler of POST does, defaults included.
func decode(text []byte) (*core.Pod, error) {
	decoder := legacyscheme.Codecs.DecoderToVersion(
		legacyscheme.Codecs.UniversalDeserializer(), schema.GroupVersion{Group: "", Version: "__internal"})
	object, _, err := decoder.Decode(text, &podKind, &core.Pod{})
	if err != nil {
		return nil, err
	}
	pod, ok := object.(*core.Pod)
	if !ok {
		return nil, fmt.Errorf("it is a %T", object)
	}
	return pod, nil
}

// create goes the way of apiserver/pkg/endpoints/handlers/create.go and of the store's Create, without storing.
func create(chain admission.Interface, each podCase) created {
	pod, err := decode(each.Pod)
	if err != nil {
		return created{problem: fmt.Errorf("not decoded: %w", err)}
	}
	result := created{}
	fromWebhooks, own := &recorder{}, &recorder{}
	ctx := request.WithNamespace(request.NewContext(), each.Namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{IsResourceRequest: true, Verb: "create", APIVersion: "v1", Resource: "pods", Namespace: each.Namespace})
	if err := rest.EnsureObjectNamespaceMatchesRequestNamespace(each.Namespace, pod); err != nil {
		return created{problem: err}
	}
	attributes := attributesOf(pod, each)
	if err := admit(warning.WithWarningRecorder(ctx, fromWebhooks), chain, attributes); err != nil {
		return created{problem: fmt.Errorf("admission: %w", err)}
	}
	result.webhookWarnings = fromWebhooks.texts
	result.admitted = pod.DeepCopy()
	rest.FillObjectMetaSystemFields(pod)
	// Of each chain the same.
	pod.UID, pod.CreationTimestamp = "b7a9e2f0-0000-4000-8000-000000000000", creationTime
	if pod.Name == "" && pod.GenerateName != "" {
		pod.Name = pod.GenerateName + "x2x4z"
	}
	ctx = warning.WithWarningRecorder(ctx, own)
	if err := rest.BeforeCreate(podregistry.Strategy, ctx, pod); err != nil {
		result.problem = fmt.Errorf("validation: %w", err)
	} else if validator, ok := chain.(admission.ValidationInterface); ok {
		if err := validator.Validate(ctx, attributes, ourWorld); err != nil {
			result.problem = fmt.Errorf("admission: %w", err)
		}
	}
	result.warnings = own.texts
	result.pod = &corev1.Pod{}
	if err := legacyscheme.Scheme.Convert(pod, result.pod, nil); err != nil {
		result.problem, result.pod = err, nil
	}
	return result
}

// The name of the user tells the stand-in what to change; no webhook of ours looks at it.
func attributesOf(pod *core.Pod, each podCase) admission.Attributes {
	return admission.NewAttributesRecord(pod, nil, podKind, each.Namespace, pod.Name, podResource, "",
		admission.Create, createOptions, true, &user.DefaultInfo{Name: changeUser + each.Change})
}

const changeUser = "change:"

func admit(ctx context.Context, chain admission.Interface, attributes admission.Attributes) error {
	return chain.(admission.MutationInterface).Admit(ctx, attributes, ourWorld)
}

type recorder struct {
	lock  sync.Mutex
	texts []string
}

func (r *recorder) AddWarning(_, text string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.texts = append(r.texts, text)
}

// isOfWebhookCall tells a refusal because a webhook could not be called from one by the API server's own rules.
func isOfWebhookCall(problem error) bool {
	return problem != nil && (strings.Contains(problem.Error(), "failed calling webhook") || strings.Contains(problem.Error(), "failed to call webhook"))
}
