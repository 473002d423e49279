// Package main runs the API server's own way of creating a pod in one process: decoding and defaulting, admission with
// the real webhook called over HTTPS, validation, and what a node and Pod Security say of the result. It is built once
// for each version of Kubernetes that a module file here pins.
//
// chain admission FILE   judges the cases of FILE and prints one JSON line for each finding, then the sum
// chain objects FILE     prints the objects of the cluster in FILE as they are stored
// chain dns FILE         prints for each line of FILE ({"dnsPolicy", "dnsConfig"}) what the API server says of it
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/logs"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

func main() {
	gates := flag.String("feature-gates", "", "feature gates, such as AllBeta=true")
	flag.Parse()
	logs.InitLogs()
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	// As an API server with --allow-privileged.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	if *gates != "" {
		if err := utilfeature.DefaultMutableFeatureGate.Set(*gates); err != nil {
			fail(err)
		}
	}
	if flag.NArg() != 2 {
		fail(fmt.Errorf("usage: chain [--feature-gates GATES] admission|objects|dns FILE"))
	}
	text, err := os.ReadFile(flag.Arg(1))
	if err != nil {
		fail(err)
	}
	switch flag.Arg(0) {
	case "admission":
		err = judgeCases(text)
	case "objects":
		err = printObjects(text)
	case "dns":
		err = judgeDNS(text)
	default:
		err = fmt.Errorf("%s is none of admission, objects and dns", flag.Arg(0))
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func printLine(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	os.Stdout.Write(append(line, '\n'))
}
