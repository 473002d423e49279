package main

import (
	"bufio"
	"bytes"

	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	podregistry "k8s.io/kubernetes/pkg/registry/core/pod"
)

type dnsFields struct {
	DNSPolicy corev1.DNSPolicy     `json:"dnsPolicy,omitempty"`
	DNSConfig *corev1.PodDNSConfig `json:"dnsConfig,omitempty"`
}

type dnsVerdict struct {
	// Problem is why a pod with these fields and nothing else of interest is refused.
	Problem  string   `json:"problem,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

func judgeDNS(text []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := dnsFields{}
		if err := json.Unmarshal(lines.Bytes(), &fields); err != nil {
			return err
		}
		found, err := dnsVerdictOf(fields)
		if err != nil {
			return err
		}
		printLine(found)
	}
	return lines.Err()
}

func dnsVerdictOf(fields dnsFields) (dnsVerdict, error) {
	versioned := corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "shop"},
		Spec: corev1.PodSpec{
			DNSPolicy: fields.DNSPolicy, DNSConfig: fields.DNSConfig,
			Containers: []corev1.Container{{Name: "app", Image: "app:1"}},
		},
	}
	text, err := json.Marshal(versioned)
	if err != nil {
		return dnsVerdict{}, err
	}
	pod, err := decode(text)
	if err != nil {
		return dnsVerdict{}, err
	}
	rest.FillObjectMetaSystemFields(pod)
	ctx := request.WithNamespace(request.NewContext(), "shop")
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{IsResourceRequest: true, Verb: "create", APIVersion: "v1", Resource: "pods", Namespace: "shop"})
	own := &recorder{}
	if err := rest.BeforeCreate(podregistry.Strategy, warning.WithWarningRecorder(ctx, own), pod); err != nil {
		return dnsVerdict{Problem: err.Error()}, nil
	}
	return dnsVerdict{Warnings: own.texts}, nil
}
