package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
)

type object = map[string]any

// at gives the object at a path, nil where there is none.
func at(value any, path ...string) object {
	for _, name := range path {
		members, _ := value.(object)
		value = members[name]
	}
	found, _ := value.(object)
	return found
}

func listAt(value any, path ...string) []any {
	parent := at(value, path[:len(path)-1]...)
	found, _ := parent[path[len(path)-1]].([]any)
	return found
}

func textAt(value any, path ...string) string {
	parent := at(value, path[:len(path)-1]...)
	found, _ := parent[path[len(path)-1]].(string)
	return found
}

func named(list []any, name string) object {
	for _, entry := range list {
		if textAt(entry, "name") == name {
			return at(entry)
		}
	}
	return nil
}

func without(list []any, isGone func(entry object) bool) []any {
	return slices.DeleteFunc(slices.Clone(list), func(entry any) bool { return isGone(at(entry)) })
}

func toObject(value any) object {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	// The API server makes the end of this name up.
	text = tokenVolume.ReplaceAll(text, []byte("kube-api-access-xxxxx"))
	text = transitionTime.ReplaceAll(text, nil)
	made := object{}
	if err := json.Unmarshal(text, &made); err != nil {
		panic(err)
	}
	// The LimitRanger writes anew in each round what it set last; of several LimitRanges any may come last.
	if annotations := at(made, "metadata", "annotations"); annotations != nil {
		delete(annotations, "kubernetes.io/limit-ranger")
	}
	return made
}

var tokenVolume = regexp.MustCompile(`kube-api-access-[a-z0-9]{5}`)

var transitionTime = regexp.MustCompile(`"lastTransitionTime":"[^"]*",?`)

// compact drops members that are null, empty lists and empty objects: the API server fills in empty parents.
func compact(value any) any {
	switch found := value.(type) {
	case object:
		made := object{}
		for name, member := range found {
			if kept := compact(member); kept != nil {
				made[name] = kept
			}
		}
		if len(made) > 0 {
			return made
		}
		return nil
	case []any:
		// An empty entry keeps its place.
		made := make([]any, len(found))
		for index, entry := range found {
			made[index] = compact(entry)
		}
		if len(made) > 0 {
			return made
		}
		return nil
	default:
		return value
	}
}

// difference is the first place where two values differ, empty if they do not.
func difference(path string, left, right any) string {
	if reflect.DeepEqual(left, right) {
		return ""
	}
	leftObject, isLeftObject := left.(object)
	rightObject, isRightObject := right.(object)
	if isLeftObject && isRightObject {
		names := []string{}
		for name := range leftObject {
			names = append(names, name)
		}
		for name := range rightObject {
			if _, ok := leftObject[name]; !ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			if found := difference(path+"/"+name, leftObject[name], rightObject[name]); found != "" {
				return found
			}
		}
	}
	leftList, isLeftList := left.([]any)
	rightList, isRightList := right.([]any)
	if isLeftList && isRightList && len(leftList) == len(rightList) {
		for index := range leftList {
			if found := difference(fmt.Sprintf("%s/%d", path, index), leftList[index], rightList[index]); found != "" {
				return found
			}
		}
	}
	return fmt.Sprintf("%s is %s, without us %s", path, shown(left), shown(right))
}

func shown(value any) string {
	if value == nil {
		return "absent"
	}
	text, _ := json.Marshal(value)
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
