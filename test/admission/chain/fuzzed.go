package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	corefuzzer "k8s.io/kubernetes/pkg/apis/core/fuzzer"
)

// fuzzedCases are pods that Kubernetes' own fuzzer of core/v1 fills. As it fills every member with any text, the API
// server refuses nearly all; so every second one is a case of ours in which one member of the spec is the fuzzer's.
func fuzzedCases(work task) ([]podCase, error) {
	if len(work.Cases) == 0 {
		return nil, nil
	}
	filler := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(metafuzzer.Funcs, corefuzzer.Funcs), rand.NewSource(work.Seed), legacyscheme.Codecs)
	random := rand.New(rand.NewSource(work.Seed))
	cases := []podCase{}
	for index := 0; index < work.Fuzzed; index++ {
		pod := &core.Pod{}
		fill(filler, pod)
		versioned := &corev1.Pod{}
		if err := legacyscheme.Scheme.Convert(pod, versioned, nil); err != nil {
			return nil, err
		}
		base := work.Cases[random.Intn(len(work.Cases))]
		versioned.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
		made := toObject(versioned)
		if index%2 == 1 {
			made = grafted(base, made, random)
		} else {
			// Without it the pod ends at the ServiceAccount plug-in.
			delete(at(made, "spec"), "serviceAccountName")
			delete(at(made, "spec"), "serviceAccount")
		}
		metadata := at(made, "metadata")
		if metadata == nil {
			metadata = object{}
			made["metadata"] = metadata
		}
		metadata["name"], metadata["namespace"] = fmt.Sprintf("fuzzed-%d", index), base.Namespace
		for _, member := range []string{"deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "uid", "resourceVersion", "selfLink", "creationTimestamp"} {
			delete(metadata, member)
		}
		if annotations := at(metadata, "annotations"); annotations != nil {
			annotations[ourPrefix+"inject"] = "always"
		} else {
			metadata["annotations"] = object{ourPrefix + "inject": "always"}
		}
		delete(made, "status")
		text, err := json.Marshal(made)
		if err != nil {
			return nil, err
		}
		cases = append(cases, podCase{
			Name: fmt.Sprintf("fuzzed-%d", index), Namespace: base.Namespace, AlwaysPull: index%3 == 0, Change: base.Change, Pod: text,
		})
	}
	return cases, nil
}

// grafted gives the pod of a case with one member of the fuzzed spec, or of its first container, in its place.
func grafted(base podCase, fuzzed object, random *rand.Rand) object {
	made := object{}
	if err := json.Unmarshal(base.Pod, &made); err != nil {
		return fuzzed
	}
	target, source := at(made, "spec"), at(fuzzed, "spec")
	containers, fuzzedContainers := listAt(target, "containers"), listAt(source, "containers")
	if random.Intn(2) == 0 && len(containers) > 0 && len(fuzzedContainers) > 0 {
		target, source = at(containers[0]), at(fuzzedContainers[0])
	}
	names := []string{}
	for name := range source {
		if name != "containers" && name != "name" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		name := names[random.Intn(len(names))]
		target[name] = source[name]
	}
	return made
}

// The fuzzer was google/gofuzz and is sigs.k8s.io/randfill.
func fill(filler any, target any) {
	switch known := filler.(type) {
	case interface{ Fill(any) }:
		known.Fill(target)
	case interface{ Fuzz(any) }:
		known.Fuzz(target)
	}
}
