package main

import (
	"fmt"
	"slices"
	"strings"
)

// change is what a webhook of somebody else does to a pod between the two calls of ours.
type change struct {
	// apply changes the pod; nil does nothing. Most touch our entry alone, and nothing where there is none.
	apply func(pod object)
	// stands says what is wrong with the admitted pod: what others did to our entry stays, what makes it work is back.
	stands func(pod object) string
	// decides is what the change by itself may alter of a pod: in this, and in nothing else, the pod may also be as one
	// that our webhook did not see a second time.
	decides matter
}

type matter int

const (
	nothing matter = iota
	// amounts make a pod refused, and raise or lower its QoS class.
	amounts
	// privileges raise or lower its Pod Security level. No pod is refused for them here.
	privileges
)

const (
	ourContainer = "alpine-resolver"
	ourVolume    = "alpine-resolver-config"
	ourPrefix    = "alpine-resolver.io/"
	portSysctl   = "net.ipv4.ip_unprivileged_port_start"
)

var containerLists = []string{"initContainers", "containers"}

func ourEntry(pod object) object { return named(listAt(pod, "spec", "initContainers"), ourContainer) }

// onOurs changes our entry where there is one.
func onOurs(edit func(entry object)) func(object) {
	return func(pod object) {
		if entry := ourEntry(pod); entry != nil {
			edit(entry)
		}
	}
}

func removed(member string) func(object) {
	return onOurs(func(entry object) { delete(entry, member) })
}

// holds says what is wrong unless the condition is true of our entry.
func holds(what string, condition func(entry, pod object) bool) func(object) string {
	return func(pod object) string {
		if condition(ourEntry(pod), pod) {
			return ""
		}
		return what
	}
}

const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

var mirror = "mirror.example/pulled/%s" + digest

var changes = map[string]change{
	"none": {},
	"pull-policy": {
		apply:  onOurs(func(entry object) { entry["imagePullPolicy"] = "Always" }),
		stands: holds("the pull policy was put back", func(entry, _ object) bool { return textAt(entry, "imagePullPolicy") == "Always" }),
	},
	"mirror": {
		apply: func(pod object) {
			for _, list := range containerLists {
				for _, container := range listAt(pod, "spec", list) {
					if members := at(container); members != nil {
						members["image"] = fmt.Sprintf(mirror, textAt(members, "name"))
					}
				}
			}
		},
		stands: holds("the image was put back", func(entry, _ object) bool { return textAt(entry, "image") == fmt.Sprintf(mirror, ourContainer) }),
	},
	"probe-handlers": {
		apply: onOurs(func(entry object) {
			entry["startupProbe"] = object{"tcpSocket": object{"port": 15021}, "periodSeconds": 1, "failureThreshold": 60}
			entry["livenessProbe"] = object{"exec": object{"command": []any{"true"}}}
		}),
		stands: holds("the startupProbe is not ours alone, or the livenessProbe was put back", func(entry, _ object) bool {
			return at(entry, "startupProbe", "httpGet") != nil && at(entry, "startupProbe", "tcpSocket") == nil &&
				at(entry, "livenessProbe", "exec") != nil && at(entry, "livenessProbe", "httpGet") == nil
		}),
	},
	"requests-raised": {
		decides: amounts,
		apply: onOurs(func(entry object) {
			entry["resources"] = object{"requests": object{"cpu": "400m", "memory": "200Mi"}}
		}),
		stands: holds("the requests were put back", func(entry, pod object) bool {
			return at(pod, "spec", "resources") != nil || textAt(entry, "resources", "requests", "cpu") == "400m"
		}),
	},
	"volume-source": {
		apply: func(pod object) {
			if volume := named(listAt(pod, "spec", "volumes"), ourVolume); volume != nil {
				delete(volume, "downwardAPI")
				volume["configMap"] = object{"name": "others"}
			}
		},
		stands: holds("the volume's source is not ours alone", func(_, pod object) bool {
			volume := named(listAt(pod, "spec", "volumes"), ourVolume)
			return at(volume, "downwardAPI") != nil && at(volume, "configMap") == nil
		}),
	},
	"init-in-front": {
		apply: func(pod object) {
			spec := at(pod, "spec")
			// Its resources are set: what a LimitRange fills in is completed only where a webhook changes the pod once more.
			small := object{"cpu": "50m", "memory": "100Mi"}
			first := object{
				"name": "others-init", "image": "registry.example/others/init:1", "imagePullPolicy": "IfNotPresent",
				"resources": object{"requests": small, "limits": small},
			}
			spec["initContainers"] = append([]any{first}, listAt(spec, "initContainers")...)
		},
	},
	"variable-added": {
		apply: onOurs(func(entry object) {
			entry["env"] = append(listAt(entry, "env"), object{"name": "OTHERS", "value": "1"})
		}),
		stands: holds("a foreign variable is gone", func(entry, _ object) bool { return named(listAt(entry, "env"), "OTHERS") != nil }),
	},
	"mount-added": {
		apply: func(pod object) {
			spec := at(pod, "spec")
			spec["volumes"] = append(listAt(spec, "volumes"), object{"name": "others", "configMap": object{"name": "others"}})
			for _, list := range containerLists {
				for _, container := range listAt(spec, list) {
					members := at(container)
					members["volumeMounts"] = append(listAt(members, "volumeMounts"), object{"name": "others", "mountPath": "/others"})
				}
			}
		},
		stands: holds("a foreign mount is gone", func(entry, _ object) bool { return named(listAt(entry, "volumeMounts"), "others") != nil }),
	},
	"without-pull-policy": {apply: removed("imagePullPolicy")},
	"without-restart":     {apply: removed("restartPolicy")},
	"without-resources":   {apply: removed("resources"), decides: amounts},
	"without-security": {
		apply:   removed("securityContext"),
		decides: privileges,
		stands:  holds("the securityContext is back", func(entry, _ object) bool { return entry["securityContext"] == nil }),
	},
	"without-livenessProbe": {
		apply:  removed("livenessProbe"),
		stands: holds("the livenessProbe is back", func(entry, _ object) bool { return entry["livenessProbe"] == nil }),
	},
	"without-startupProbe": {
		apply:  removed("startupProbe"),
		stands: holds("the startupProbe is not back", func(entry, _ object) bool { return at(entry, "startupProbe", "httpGet") != nil }),
	},
	"without-variables": {
		apply: removed("env"),
		stands: holds("our variables are not back", func(entry, _ object) bool {
			return named(listAt(entry, "env"), "RESOLVER_ANNOTATIONS_FILE") != nil
		}),
	},
	"without-mounts": {
		apply: removed("volumeMounts"),
		stands: holds("our mounts are not back", func(entry, _ object) bool {
			return len(without(listAt(entry, "volumeMounts"), func(mount object) bool { return textAt(mount, "name") != ourVolume })) == 2
		}),
	},
	"without-volume": {
		apply: func(pod object) {
			spec := at(pod, "spec")
			spec["volumes"] = without(listAt(spec, "volumes"), func(volume object) bool { return textAt(volume, "name") == ourVolume })
		},
		stands: holds("our volume is not back", func(_, pod object) bool { return named(listAt(pod, "spec", "volumes"), ourVolume) != nil }),
	},
	"without-label": {
		apply: func(pod object) { delete(at(pod, "metadata", "labels"), ourPrefix+"injected") },
		stands: holds("our label is not back", func(_, pod object) bool {
			return textAt(pod, "metadata", "labels", ourPrefix+"injected") == "true"
		}),
	},
	"without-dns": {
		apply: func(pod object) {
			spec := at(pod, "spec")
			if ourEntry(pod) != nil && textAt(spec, "dnsPolicy") == "None" && isOurDNS(spec) {
				spec["dnsPolicy"] = "ClusterFirst"
				delete(spec, "dnsConfig")
			}
		},
		stands: holds("our DNS configuration is not back", func(_, pod object) bool {
			return textAt(pod, "spec", "dnsPolicy") != "ClusterFirst"
		}),
	},
}

// always says what is wrong with an injected pod whatever happened in between.
func always(pod object) string {
	switch first := at(listAt(pod, "spec", "initContainers")[0]); {
	case textAt(first, "name") != ourContainer:
		return "our container is not the first"
	case textAt(first, "restartPolicy") != "Always":
		return "our container is no sidecar"
	case slices.ContainsFunc(listAt(first, "volumeMounts"), func(mount any) bool {
		return strings.HasPrefix(textAt(mount, "name"), "kube-api-access")
	}):
		return "our container holds a token"
	}
	return ""
}
