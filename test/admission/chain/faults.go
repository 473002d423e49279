package main

import (
	"fmt"
	"sync/atomic"
)

var faultyCalls atomic.Int64

// faults are what a proxy makes of the pod that our webhook answered: each must be found.
var faults = map[string]func(pod object){
	"pull-policy-put-back":  onOurs(func(entry object) { entry["imagePullPolicy"] = "IfNotPresent" }),
	"limits-below-requests": onOurs(func(entry object) { at(entry, "resources", "limits")["cpu"] = "1m" }),
	"foreign-container-changed": func(pod object) {
		if ourEntry(pod) != nil {
			first := at(listAt(pod, "spec", "containers")[0])
			first["env"] = append(listAt(first, "env"), object{"name": "ADDED", "value": "1"})
		}
	},
	"toleration-dropped": func(pod object) {
		if spec := at(pod, "spec"); ourEntry(pod) != nil && len(listAt(spec, "tolerations")) > 0 {
			spec["tolerations"] = listAt(spec, "tolerations")[1:]
		}
	},
	"qos-class-lowered": onOurs(func(entry object) {
		if requests := at(entry, "resources", "requests"); requests != nil {
			requests["cpu"] = "1m"
		}
	}),
	"seccomp-missing": onOurs(func(entry object) { delete(at(entry, "securityContext"), "seccompProfile") }),
	"privileges-put-back": onOurs(func(entry object) {
		if entry["securityContext"] == nil {
			entry["securityContext"] = object{"privileged": true}
		}
	}),
	"sysctl-not-allowed": func(pod object) {
		if ourEntry(pod) == nil {
			return
		}
		spec := at(pod, "spec")
		if at(spec, "securityContext") == nil {
			spec["securityContext"] = object{}
		}
		context := at(spec, "securityContext")
		if named(listAt(context, "sysctls"), "net.core.somaxconn") == nil {
			context["sysctls"] = append(listAt(context, "sysctls"), object{"name": "net.core.somaxconn", "value": "1024"})
		}
	},
	"never-settles": func(pod object) {
		if ourEntry(pod) != nil {
			at(pod, "metadata", "annotations")[ourPrefix+"status"] = fmt.Sprint(faultyCalls.Add(1))
		}
	},
	"bad-dns-replaced": func(pod object) {
		spec := at(pod, "spec")
		if textAt(spec, "dnsPolicy") == "None" && len(listAt(spec, "dnsConfig", "nameservers")) == 0 {
			spec["dnsConfig"] = object{"nameservers": []any{"127.0.0.1"}}
		}
	},
	"warning-caused": onOurs(func(entry object) {
		entry["env"] = append(listAt(entry, "env"), object{"name": "RESOLVER_ANNOTATIONS_FILE", "value": "/dev/null"})
	}),
}
