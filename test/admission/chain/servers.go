package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/featuregate"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/plugin/pkg/admission/alwayspullimages"
	"k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds"
	"k8s.io/kubernetes/plugin/pkg/admission/limitranger"
	"k8s.io/kubernetes/plugin/pkg/admission/serviceaccount"
)

// servers are the admission chains in which one pod is created, each an API server of its own over the same cluster.
type servers struct {
	// without has the stand-in alone.
	without chains
	with    chains
	// once has a webhook of ours that is not called again: what the stand-in's change does by itself.
	once chains
	// again is our webhook alone, without any other plug-in.
	again admission.Interface
	stops []func()
}

// chains by whether AlwaysPullImages is on.
type chains map[bool]admission.Interface

func (s *servers) stop() {
	for _, stop := range s.stops {
		stop()
	}
}

// The admission plug-ins for pods, in the order of the API server; the last one calls the webhooks.
func pluginNames(alwaysPull bool) []string {
	names := []string{limitranger.PluginName, serviceaccount.PluginName}
	if alwaysPull {
		names = append(names, alwayspullimages.PluginName)
	}
	return append(names, defaulttolerationseconds.PluginName, mutating.PluginName)
}

func startServers(work task) (*servers, error) {
	objects, err := storedObjects(work.Objects)
	if err != nil {
		return nil, err
	}
	all := &servers{}
	standIn, stop := startStandIn()
	all.stops = append(all.stops, stop)
	ours := work.Configuration
	ours.Webhooks = append([]admissionregistration.MutatingWebhook(nil), ours.Webhooks...)
	target := ours.Webhooks[0].ClientConfig
	target.CABundle = []byte(work.Webhook.CA)
	if work.Fault != "" {
		spoilt, stop, err := startFaulty(work, target)
		if err != nil {
			return nil, err
		}
		all.stops = append(all.stops, stop)
		target = spoilt
	}
	fail, never := admissionregistration.Fail, admissionregistration.NeverReinvocationPolicy
	// A busy machine must not make a pod fail: the time limit of a call is not what is judged here.
	timeoutSeconds := int32(30)
	for index := range ours.Webhooks {
		ours.Webhooks[index].ClientConfig = target
		ours.Webhooks[index].FailurePolicy = &fail
		ours.Webhooks[index].TimeoutSeconds = &timeoutSeconds
	}
	oursOnce := ours.DeepCopy()
	for index := range oursOnce.Webhooks {
		oursOnce.Webhooks[index].ReinvocationPolicy = &never
	}
	for _, each := range []struct {
		target         *chains
		configurations []runtime.Object
	}{
		{&all.without, []runtime.Object{standIn}},
		{&all.with, []runtime.Object{&ours, standIn}},
		{&all.once, []runtime.Object{oursOnce, standIn}},
	} {
		made, stop, err := newChains(append(each.configurations, objects...), map[bool]string{false: work.Webhook.Address, true: work.Webhook.AddressUnderAlwaysPull})
		if err != nil {
			return nil, err
		}
		*each.target = made
		all.stops = append(all.stops, stop)
	}
	alone, stop, err := newChain(append([]runtime.Object{&ours}, objects...), work.Webhook.Address, []string{mutating.PluginName})
	if err != nil {
		return nil, err
	}
	all.again, all.stops = alone, append(all.stops, stop)
	return all, nil
}

// storedObjects are those of the cluster with the defaults that the API server stores: those of a LimitRange matter.
func storedObjects(texts []json.RawMessage) ([]runtime.Object, error) {
	objects := make([]runtime.Object, 0, len(texts))
	for _, text := range texts {
		object, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("an object of the cluster cannot be read: %w", err)
		}
		legacyscheme.Scheme.Default(object)
		objects = append(objects, object)
	}
	return objects, nil
}

// printObjects prints the objects as the API server stores them: the webhook sees them so.
func printObjects(text []byte) error {
	texts := []json.RawMessage{}
	if err := json.Unmarshal(text, &texts); err != nil {
		return err
	}
	objects, err := storedObjects(texts)
	for _, object := range objects {
		printLine(object)
	}
	return err
}

func newChains(objects []runtime.Object, addresses map[bool]string) (chains, func(), error) {
	made, stops := chains{}, []func(){}
	for _, alwaysPull := range []bool{false, true} {
		chain, stop, err := newChain(objects, addresses[alwaysPull], pluginNames(alwaysPull))
		if err != nil {
			return nil, nil, err
		}
		made[alwaysPull], stops = chain, append(stops, stop)
	}
	return made, func() {
		for _, stop := range stops {
			stop()
		}
	}, nil
}

func newChain(objects []runtime.Object, address string, names []string) (admission.Interface, func(), error) {
	client := fake.NewSimpleClientset(objects...)
	factory := informers.NewSharedInformerFactory(client, 0)
	plugins := admission.NewPlugins()
	limitranger.Register(plugins)
	serviceaccount.Register(plugins)
	alwayspullimages.Register(plugins)
	defaulttolerationseconds.Register(plugins)
	mutating.Register(plugins)
	stopped := make(chan struct{})
	chain, err := plugins.NewFromPlugins(names, noConfiguration{}, initializer{client, factory, stopped, address}, nil)
	if err != nil {
		return nil, nil, err
	}
	factory.Start(stopped)
	for kind, isSynced := range factory.WaitForCacheSync(stopped) {
		if !isSynced {
			return nil, nil, fmt.Errorf("the informer of %v did not start", kind)
		}
	}
	return chain, func() { close(stopped) }, nil
}

type noConfiguration struct{}

func (noConfiguration) ConfigFor(string) (io.Reader, error) { return nil, nil }

// initializer gives the plug-ins what they ask for. Its interfaces are those of apiserver/pkg/admission/initializer,
// whose own constructor takes other arguments in each version.
type initializer struct {
	client  kubernetes.Interface
	factory informers.SharedInformerFactory
	stopped <-chan struct{}
	address string
}

func (i initializer) Initialize(plugin admission.Interface) {
	if wants, ok := plugin.(interface{ SetDrainedNotification(<-chan struct{}) }); ok {
		wants.SetDrainedNotification(i.stopped)
	}
	if wants, ok := plugin.(interface {
		InspectFeatureGates(featuregate.FeatureGate)
	}); ok {
		wants.InspectFeatureGates(utilfeature.DefaultFeatureGate)
	}
	if wants, ok := plugin.(interface{ SetExternalKubeClientSet(kubernetes.Interface) }); ok {
		wants.SetExternalKubeClientSet(i.client)
	}
	if wants, ok := plugin.(interface {
		SetExternalKubeInformerFactory(informers.SharedInformerFactory)
	}); ok {
		wants.SetExternalKubeInformerFactory(i.factory)
	}
	if wants, ok := plugin.(interface{ SetServiceResolver(webhook.ServiceResolver) }); ok {
		wants.SetServiceResolver(oneService{i.address})
	}
	if wants, ok := plugin.(interface {
		SetAuthenticationInfoResolverWrapper(webhook.AuthenticationInfoResolverWrapper)
	}); ok {
		wants.SetAuthenticationInfoResolverWrapper(func(webhook.AuthenticationInfoResolver) webhook.AuthenticationInfoResolver {
			return &webhook.AuthenticationInfoResolverDelegator{
				ClientConfigForFunc:        func(string) (*rest.Config, error) { return &rest.Config{Timeout: time.Minute}, nil },
				ClientConfigForServiceFunc: func(string, string, int) (*rest.Config, error) { return &rest.Config{}, nil },
			}
		})
	}
}

// oneService knows where the webhook of the test is; its certificate is verified by the name of the service.
type oneService struct{ address string }

func (s oneService) ResolveEndpoint(string, string, int32) (*url.URL, error) {
	return &url.URL{Scheme: "https", Host: s.address}, nil
}

var createOptions = &metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
