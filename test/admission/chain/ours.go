package main

import (
	"slices"
	"strings"
)

// isOurDNS knows the configuration that names our sidecar.
func isOurDNS(spec object) bool {
	nameservers := listAt(spec, "dnsConfig", "nameservers")
	return len(nameservers) == 1 && nameservers[0] == "127.0.0.1"
}

func isPortSysctl(sysctl object) bool {
	return strings.ReplaceAll(textAt(sysctl, "name"), "/", ".") == portSysctl
}

const noResolver = "ALPINE_NO_RESOLVER"

func isSetVariable(variable object) bool {
	return textAt(variable, "value") != "" || variable["valueFrom"] != nil
}

// meshPorts are annotations to which our port is appended.
var meshPorts = []string{"traffic.sidecar.istio.io/excludeInboundPorts", "config.linkerd.io/skip-inbound-ports"}

const ourPort = "9953"

// theRest takes out of an injected pod and of the same pod without us what an injection may touch. What is left of
// both must be equal. This list is written by hand, from the documentation: it shares nothing with the webhook's.
func theRest(injected, plain object) (left, right any) {
	// A container of our name in the pod as it came is somebody else's: such a pod is never injected.
	dropEntries(injected, "volumes", func(entry object) bool { return textAt(entry, "name") == ourVolume })
	dropEntries(injected, "initContainers", func(entry object) bool { return textAt(entry, "name") == ourContainer })
	// Where others took our mounts away, the ServiceAccount plug-in made a volume for our container, which has them again.
	dropEntries(injected, "volumes", func(entry object) bool {
		name := textAt(entry, "name")
		return strings.HasPrefix(name, "kube-api-access") && !isMounted(injected, name)
	})
	for _, list := range containerLists {
		plainContainers := listAt(plain, "spec", list)
		for _, each := range listAt(injected, "spec", list) {
			container := at(each)
			other := named(plainContainers, textAt(container, "name"))
			if mounts := listAt(container, "volumeMounts"); mounts != nil {
				container["volumeMounts"] = without(mounts, func(mount object) bool { return textAt(mount, "name") == ourVolume })
			}
			dropVariable(container, other)
		}
	}
	if spec := at(injected, "spec"); textAt(spec, "dnsPolicy") == "None" && isOurDNS(spec) {
		for _, pod := range []object{injected, plain} {
			delete(at(pod, "spec"), "dnsPolicy")
			delete(at(pod, "spec"), "dnsConfig")
		}
	}
	// A start that is low enough stays; the value of a higher one changes in its place.
	highest := 0
	for _, sysctl := range listAt(plain, "spec", "securityContext", "sysctls") {
		if isPortSysctl(at(sysctl)) {
			highest++
		}
	}
	for _, pod := range []object{injected, plain} {
		context := at(pod, "spec", "securityContext")
		kept := listAt(pod, "spec", "securityContext", "sysctls")
		for _, each := range kept {
			if sysctl := at(each); isPortSysctl(sysctl) && !isLowStart(textAt(sysctl, "value")) {
				sysctl["value"] = "0"
			}
		}
		if highest == 0 && kept != nil {
			context["sysctls"] = without(kept, isPortSysctl)
		}
	}
	if labels := at(injected, "metadata", "labels"); labels != nil {
		delete(labels, ourPrefix+"injected")
	}
	if annotations := at(injected, "metadata", "annotations"); annotations != nil {
		others := at(plain, "metadata", "annotations")
		for _, name := range []string{"resolv-conf", "pod-resolv-conf", "status"} {
			if others[ourPrefix+name] == nil {
				delete(annotations, ourPrefix+name)
			}
		}
		for _, name := range meshPorts {
			dropPort(annotations, others, name)
		}
	}
	for _, pod := range []object{injected, plain} {
		delete(at(pod, "status"), "qosClass")
	}
	return compact(injected), compact(plain)
}

func isMounted(pod object, volume string) bool {
	for _, list := range containerLists {
		for _, container := range listAt(pod, "spec", list) {
			if named(listAt(container, "volumeMounts"), volume) != nil {
				return true
			}
		}
	}
	return false
}

// dropInferredResources drops what the pod's own resources got from its containers, beside those that are known. The API
// server infers it from our container too: before 1.37 after the patch of any webhook, where LimitRanger gave a container
// what it did not have when it was sent; since then after admission, the requests with ours among them, the limits only
// if ours has one.
func dropInferredResources(pod, known object) {
	for _, part := range []string{"requests", "limits"} {
		for resource := range at(pod, "spec", "resources", part) {
			if amounts := at(known, "spec", "resources", part); amounts == nil || amounts[resource] == nil {
				delete(at(pod, "spec", "resources", part), resource)
			}
		}
	}
}

func dropEntries(pod object, list string, isOurs func(object) bool) {
	if found := listAt(pod, "spec", list); found != nil {
		at(pod, "spec")[list] = without(found, isOurs)
	}
}

// dropVariable takes the variable out of both containers, unless the user's own counts.
func dropVariable(container, other object) {
	isUsers := slices.ContainsFunc(listAt(other, "env"), func(variable any) bool {
		return textAt(variable, "name") == noResolver && isSetVariable(at(variable))
	})
	if isUsers {
		return
	}
	for _, each := range []object{container, other} {
		if variables := listAt(each, "env"); variables != nil {
			each["env"] = without(variables, func(variable object) bool { return textAt(variable, "name") == noResolver })
		}
	}
}

func isLowStart(text string) bool {
	return len(text) < 2 || len(text) == 2 && text <= "53"
}

func dropPort(annotations, others object, name string) {
	text, _ := annotations[name].(string)
	present, _ := others[name].(string)
	if slices.Contains(strings.Split(present, ","), ourPort) {
		return
	}
	ports := slices.DeleteFunc(strings.Split(text, ","), func(port string) bool { return port == ourPort })
	if kept := strings.Join(ports, ","); kept == "" && others[name] == nil {
		delete(annotations, name)
	} else if annotations[name] != nil {
		annotations[name] = kept
	}
}
