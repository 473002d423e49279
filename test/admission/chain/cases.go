package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	admissionregistration "k8s.io/api/admissionregistration/v1"
)

// task is what the test hands over.
type task struct {
	Webhook struct {
		// Address is where the service of the configuration is.
		Address string `json:"address"`
		// AddressUnderAlwaysPull is that of the webhook whose own pod AlwaysPullImages has changed.
		AddressUnderAlwaysPull string `json:"addressUnderAlwaysPull"`
		CA                     string `json:"ca"`
	} `json:"webhook"`
	// Configuration is the shipped one.
	Configuration admissionregistration.MutatingWebhookConfiguration `json:"configuration"`
	// Objects are those of the cluster: namespaces, service accounts, LimitRanges.
	Objects []json.RawMessage `json:"objects"`
	Cases   []podCase         `json:"cases"`
	// Fuzzed is how many pods Kubernetes' own fuzzer fills beside the cases.
	Fuzzed int   `json:"fuzzed"`
	Seed   int64 `json:"seed"`
	// Fault is what a proxy in front of the webhook spoils; none if empty.
	Fault string `json:"fault"`
}

// podCase is one pod and what happens around it.
type podCase struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// AlwaysPull turns the admission plug-in AlwaysPullImages on.
	AlwaysPull bool `json:"alwaysPull"`
	// Change is what the stand-in webhook does between the two calls of ours.
	Change string          `json:"change"`
	Pod    json.RawMessage `json:"pod"`
}

type finding struct {
	Case   podCase `json:"case"`
	Kind   string  `json:"kind"`
	Detail string  `json:"detail"`
}

type sum struct {
	Cases    int `json:"cases"`
	Injected int `json:"injected"`
	// Valid pods are those that the API server takes without the webhook.
	Valid    int            `json:"valid"`
	Findings int            `json:"findings"`
	Changes  map[string]int `json:"changes"`
	// Refusals are why pods were refused without the webhook.
	Refusals map[string]int `json:"refusals"`
}

func judgeCases(text []byte) error {
	var work task
	if err := json.Unmarshal(text, &work); err != nil {
		return fmt.Errorf("the task cannot be read: %w", err)
	}
	fuzzed, err := fuzzedCases(work)
	if err != nil {
		return err
	}
	cases := append(work.Cases, fuzzed...)
	servers, err := startServers(work)
	if err != nil {
		return err
	}
	defer servers.stop()
	total := sum{Changes: map[string]int{}, Refusals: map[string]int{}}
	var lock sync.Mutex
	var running sync.WaitGroup
	queue := make(chan podCase)
	// The webhook is a process beside this one: while it decides, another pod is judged.
	for worker := 0; worker < 2*runtime.GOMAXPROCS(0); worker++ {
		running.Add(1)
		go func() {
			defer running.Done()
			for each := range queue {
				verdict := judge(servers, each)
				lock.Lock()
				total.Cases++
				total.Findings += len(verdict.findings)
				if verdict.injected {
					total.Injected++
					total.Changes[each.Change]++
				}
				if verdict.refusal == "" {
					total.Valid++
				} else {
					total.Refusals[verdict.refusal]++
				}
				for _, found := range verdict.findings {
					printLine(found)
				}
				lock.Unlock()
			}
		}()
	}
	for _, each := range cases {
		queue <- each
	}
	close(queue)
	running.Wait()
	printLine(map[string]any{"sum": total})
	return nil
}
