package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistration "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// hook is a mutating webhook of this process. It answers with the whole of what it wants to have changed.
type hook func(request *admissionv1.AdmissionRequest, body []byte) (*admissionv1.AdmissionResponse, error)

func serveHook(answer hook) (admissionregistration.WebhookClientConfig, func()) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(writer http.ResponseWriter, incoming *http.Request) {
		body, err := io.ReadAll(incoming.Body)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		review := admissionv1.AdmissionReview{}
		if err := json.Unmarshal(body, &review); err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		response, err := answer(review.Request, body)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusInternalServerError)
			return
		}
		response.UID = review.Request.UID
		review.Request, review.Response = nil, response
		writer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(writer).Encode(review)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	url := server.URL
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return admissionregistration.WebhookClientConfig{URL: &url, CABundle: authority}, server.Close
}

// changed makes an answer that replaces the changed parts of a pod; no patch where nothing changed.
func changed(before, after object) *admissionv1.AdmissionResponse {
	response := &admissionv1.AdmissionResponse{Allowed: true}
	operations := []object{}
	for _, part := range []string{"metadata", "spec"} {
		if difference("", before[part], after[part]) != "" {
			operations = append(operations, object{"op": "replace", "path": "/" + part, "value": after[part]})
		}
	}
	if len(operations) == 0 {
		return response
	}
	kind := admissionv1.PatchTypeJSONPatch
	response.PatchType = &kind
	response.Patch, _ = json.Marshal(operations)
	return response
}

// startStandIn serves the webhook that stands for those of others. Its name sorts behind ours.
func startStandIn() (*admissionregistration.MutatingWebhookConfiguration, func()) {
	target, stop := serveHook(func(request *admissionv1.AdmissionRequest, _ []byte) (*admissionv1.AdmissionResponse, error) {
		name := strings.TrimPrefix(request.UserInfo.Username, changeUser)
		change, ok := changes[name]
		if !ok {
			return nil, fmt.Errorf("there is no change %q", name)
		}
		before, after := object{}, object{}
		if err := json.Unmarshal(request.Object.Raw, &before); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(request.Object.Raw, &after); err != nil {
			return nil, err
		}
		if change.apply != nil {
			change.apply(after)
		}
		return changed(before, after), nil
	})
	fail, equivalent, none, never := admissionregistration.Fail, admissionregistration.Equivalent,
		admissionregistration.SideEffectClassNone, admissionregistration.NeverReinvocationPolicy
	timeoutSeconds, scope := int32(30), admissionregistration.NamespacedScope
	return &admissionregistration.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "stand-in"},
		Webhooks: []admissionregistration.MutatingWebhook{{
			Name:                    "stand-in.example.com",
			ClientConfig:            target,
			AdmissionReviewVersions: []string{"v1"},
			Rules: []admissionregistration.RuleWithOperations{{
				Operations: []admissionregistration.OperationType{admissionregistration.Create},
				Rule:       admissionregistration.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}, Scope: &scope},
			}},
			FailurePolicy:      &fail,
			MatchPolicy:        &equivalent,
			SideEffects:        &none,
			ReinvocationPolicy: &never,
			TimeoutSeconds:     &timeoutSeconds,
			NamespaceSelector:  &metav1.LabelSelector{},
			ObjectSelector:     &metav1.LabelSelector{},
		}},
	}, stop
}

// startFaulty stands between the API server and our webhook and spoils what it answers.
func startFaulty(work task, genuine admissionregistration.WebhookClientConfig) (admissionregistration.WebhookClientConfig, func(), error) {
	spoil, ok := faults[work.Fault]
	if !ok {
		return admissionregistration.WebhookClientConfig{}, nil, fmt.Errorf("there is no fault %q", work.Fault)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(genuine.CABundle)
	service := genuine.Service
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, ServerName: service.Name + "." + service.Namespace + ".svc"},
		MaxIdleConnsPerHost: 8,
	}}
	address := "https://" + work.Webhook.Address + *service.Path
	target, stop := serveHook(func(request *admissionv1.AdmissionRequest, body []byte) (*admissionv1.AdmissionResponse, error) {
		reply, err := client.Post(address, "application/json", bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		defer reply.Body.Close()
		review := admissionv1.AdmissionReview{}
		if err := json.NewDecoder(reply.Body).Decode(&review); err != nil {
			return nil, err
		}
		if !review.Response.Allowed {
			return review.Response, nil
		}
		patched := request.Object.Raw
		if len(review.Response.Patch) > 0 {
			patch, err := jsonpatch.DecodePatch(review.Response.Patch)
			if err != nil {
				return nil, err
			}
			if patched, err = patch.Apply(patched); err != nil {
				return nil, err
			}
		}
		before, after := object{}, object{}
		if err := json.Unmarshal(request.Object.Raw, &before); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(patched, &after); err != nil {
			return nil, err
		}
		spoil(after)
		response := changed(before, after)
		response.Warnings = review.Response.Warnings
		return response, nil
	})
	return target, stop, nil
}
