package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	"k8s.io/kubernetes/pkg/kubelet/sysctl"
	podsecurity "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type verdict struct {
	findings []finding
	injected bool
	// refusal is why the pod is refused without our webhook.
	refusal string
}

// judge creates one pod with and without our webhook and says what is different that must not be.
func judge(all *servers, each podCase) verdict {
	plain := create(all.without[each.AlwaysPull], each)
	ours := create(all.with[each.AlwaysPull], each)
	change := changes[each.Change]
	result := verdict{}
	if plain.problem != nil {
		result.refusal = plain.problem.Error()
	}
	find := func(kind, format string, values ...any) {
		result.findings = append(result.findings, finding{each, kind, fmt.Sprintf(format, values...)})
	}
	if isOfWebhookCall(ours.problem) || isOfWebhookCall(plain.problem) {
		find("webhook-call", "%v %v", ours.problem, plain.problem)
		return result
	}
	// What the change of others did by itself, where it may decide.
	beside := plain
	if change.decides != nothing {
		beside = create(all.once[each.AlwaysPull], each)
	}
	isRefusedBeside := change.decides == amounts && beside.problem != nil
	switch {
	case plain.problem != nil && ours.problem == nil:
		find("let-in-because-of-us", "%v", plain.problem)
	case plain.problem == nil && ours.problem != nil && !isRefusedBeside:
		find("refused-because-of-us", "%v", ours.problem)
	}
	if plain.pod == nil || ours.pod == nil {
		return result
	}
	oursObject, plainObject := toObject(ours.pod), toObject(plain.pod)
	result.injected = ourEntry(oursObject) != nil && ourEntry(plainObject) == nil
	if !result.injected {
		if found := difference("", compact(oursObject), compact(plainObject)); found != "" {
			find("not-injected-but-changed", "%s", found)
		}
		return result
	}
	if found := always(oursObject); found != "" {
		find("ours", "%s", found)
	}
	if change.stands != nil {
		if found := change.stands(oursObject); found != "" {
			find("between-the-rounds", "%s", found)
		}
	}
	asSent := object{}
	if err := json.Unmarshal(each.Pod, &asSent); err != nil {
		fail(err)
	}
	// After the patch of any webhook the API server fills in defaults once more, on top of what its plug-ins set.
	defaulted := plain.pod.DeepCopy()
	legacyscheme.Scheme.Default(defaulted)
	// Without us no webhook may have changed the pod, so that nothing was filled in after its plug-ins.
	known := plainObject
	if infersResources {
		known = asSent
	}
	compared := func(with, without *corev1.Pod) (left, right any) {
		withObject, withoutObject := toObject(with), toObject(without)
		dropInferredResources(withObject, known)
		dropInferredResources(withoutObject, known)
		return theRest(withObject, withoutObject)
	}
	if left, right := compared(ours.pod, plain.pod); !reflect.DeepEqual(left, right) {
		if left, again := compared(ours.pod, defaulted); !reflect.DeepEqual(left, again) {
			find("foreign-part", "%s", difference("", left, right))
		}
	}
	if found := settles(all, each, ours.admitted); found != "" {
		find("third-call", "%s", found)
	}
	if ours.problem != nil || plain.problem != nil {
		return result
	}
	if added := newOnes(ours.warnings, plain.warnings); len(added) > 0 {
		find("warning", "%s", strings.Join(added, "; "))
	}
	// Where the change decides, either of both: what others did, or what it was before. A pod that is refused for its
	// amounts has no QoS class, but it shows what became of its privileges: our second call may be what makes it valid.
	heldIn := func(subject matter) []*corev1.Pod {
		if change.decides != subject || beside.pod == nil || isRefusedBeside {
			return []*corev1.Pod{plain.pod}
		}
		return []*corev1.Pod{plain.pod, beside.pod}
	}
	// With limits inferred from all containers a pod can be Guaranteed that says nothing of limits itself.
	isInferred := infersResources && at(asSent, "spec", "resources") != nil && len(at(asSent, "spec", "resources", "limits")) < 2
	if found := differsFromAll(heldIn(amounts), ours.pod, qosDifference); found != "" && !isInferred {
		find("qos-class", "%s", found)
	}
	for _, level := range []podsecurity.Level{podsecurity.LevelPrivileged, podsecurity.LevelBaseline, podsecurity.LevelRestricted} {
		found := differsFromAll(heldIn(privileges), ours.pod, func(without, with *corev1.Pod) string {
			if had, has := forbidden(level, without), forbidden(level, with); (had == "") != (has == "") {
				return fmt.Sprintf("%s: forbidden %q, without us %q", level, has, had)
			}
			return ""
		})
		if found != "" {
			find("pod-security", "%s", found)
		}
	}
	if had, has := sysctlRefusal(plain.pod), sysctlRefusal(ours.pod); had == "" && has != "" {
		find("sysctl", "%s", has)
	}
	return result
}

// infersResources tells that the strategy fills in the pod's own resources (feature gate PodLevelResourcesFixDefaulting).
var infersResources = slices.ContainsFunc(utilfeature.DefaultMutableFeatureGate.KnownFeatures(), func(line string) bool {
	return strings.HasPrefix(line, "PodLevelResourcesFixDefaulting=")
})

func qosDifference(without, with *corev1.Pod) string {
	had, has := without.Status.QOSClass, with.Status.QOSClass
	if had == has || had == corev1.PodQOSBestEffort && has == corev1.PodQOSBurstable {
		return ""
	}
	return fmt.Sprintf("%s, without us %s", has, had)
}

// differsFromAll is the last difference if there is one from each of the pods.
func differsFromAll(held []*corev1.Pod, pod *corev1.Pod, differ func(without, with *corev1.Pod) string) string {
	found := ""
	for _, each := range held {
		if found = differ(each, pod); found == "" {
			return ""
		}
	}
	return found
}

// settles calls our webhook once more: it must change nothing.
func settles(all *servers, each podCase, admitted *core.Pod) string {
	before, after := &corev1.Pod{}, &corev1.Pod{}
	again := admitted.DeepCopy()
	if err := legacyscheme.Scheme.Convert(admitted, before, nil); err != nil {
		return err.Error()
	}
	if err := admit(context.Background(), all.again, attributesOf(again, each)); err != nil {
		return err.Error()
	}
	if err := legacyscheme.Scheme.Convert(again, after, nil); err != nil {
		return err.Error()
	}
	return difference("", compact(toObject(after)), compact(toObject(before)))
}

func newOnes(warnings, known []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(text string) bool {
		return slices.Contains(known, text) || slices.ContainsFunc(known, func(other string) bool { return withoutIndexes(text) == withoutIndexes(other) })
	})
}

// withoutIndexes makes warnings of entries that moved behind ours comparable.
func withoutIndexes(text string) string {
	kept := strings.Builder{}
	inside := false
	for _, character := range text {
		if character == ']' {
			inside = false
		}
		if !inside {
			kept.WriteRune(character)
		}
		if character == '[' {
			inside = true
		}
	}
	return kept.String()
}

// forbidden is why Pod Security of the newest version refuses the pod, empty where it takes it.
func forbidden(level podsecurity.Level, pod *corev1.Pod) string {
	results := evaluator.EvaluatePod(podsecurity.LevelVersion{Level: level, Version: podsecurity.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
	reasons := []string{}
	for _, result := range results {
		if !result.Allowed {
			reasons = append(reasons, result.ForbiddenReason)
		}
	}
	return strings.Join(reasons, ", ")
}

var evaluator = newEvaluator()

// Constructors and methods that took one argument more since some version are called by reflection: one program text
// is built against each of them.
func newEvaluator() policy.Evaluator {
	made := callWithDefaults(policy.NewEvaluator, policy.DefaultChecks())
	return made[0].Interface().(policy.Evaluator)
}

func callWithDefaults(function any, first ...any) []reflect.Value {
	callee := reflect.ValueOf(function)
	arguments := []reflect.Value{}
	for index := 0; index < callee.Type().NumIn(); index++ {
		switch kind := callee.Type().In(index); {
		case kind == reflect.TypeFor[context.Context]():
			arguments = append(arguments, reflect.ValueOf(context.Background()))
		case len(first) > 0:
			arguments = append(arguments, reflect.ValueOf(first[0]))
			first = first[1:]
		default:
			arguments = append(arguments, reflect.Zero(kind))
		}
	}
	return callee.Call(arguments)
}

var nodeAdmission = newNodeAdmission()

func newNodeAdmission() any {
	patterns := callWithDefaults(sysctl.SafeSysctlAllowlist)[0].Interface().([]string)
	allowlist, err := sysctl.NewAllowlist(patterns)
	if err != nil {
		fail(err)
	}
	return allowlist
}

// sysctlRefusal is why a kubelet without allowed unsafe sysctls would not start the pod.
func sysctlRefusal(pod *corev1.Pod) string {
	method := reflect.ValueOf(nodeAdmission).MethodByName("Admit")
	answer := callWithDefaults(method.Interface(), &lifecycle.PodAdmitAttributes{Pod: pod})[0].Interface().(lifecycle.PodAdmitResult)
	if answer.Admit {
		return ""
	}
	return answer.Message
}
