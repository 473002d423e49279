// Command lookup makes calls of Go's resolver: lookup NAME CALL... It prints one line of JSON per call.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

type seen struct {
	Call      string   `json:"call"`
	Outcome   string   `json:"outcome"`
	Code      string   `json:"code,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
	Canonical string   `json:"canonical,omitempty"`
	Records   []string `json:"records,omitempty"`
}

// Calls for one family each within the pair window look like one call for both (V4). No case has a window of more than 50 ms.
const pause = 120 * time.Millisecond

func main() {
	name := os.Args[1]
	out := json.NewEncoder(os.Stdout)
	for index, call := range os.Args[2:] {
		if index > 0 {
			time.Sleep(pause)
		}
		result, err := look(call, name)
		result.Call = call
		result.Outcome = "OK"
		if err != nil {
			result = seen{Call: call, Outcome: outcome(err), Code: code(err)}
		}
		if err := out.Encode(result); err != nil {
			os.Exit(1)
		}
	}
}

func look(call, name string) (result seen, err error) {
	resolver := &net.Resolver{}
	ctx := context.Background()
	switch call {
	case "LookupHost":
		result.Addresses, err = resolver.LookupHost(ctx, name)
	case "LookupIP ip4", "LookupIP ip6":
		var found []net.IP
		found, err = resolver.LookupIP(ctx, strings.Fields(call)[1], name)
		for _, address := range found {
			result.Addresses = append(result.Addresses, address.String())
		}
	case "LookupCNAME":
		result.Canonical, err = resolver.LookupCNAME(ctx, name)
	case "LookupTXT":
		result.Records, err = resolver.LookupTXT(ctx, name)
	case "LookupSRV":
		var found []*net.SRV
		result.Canonical, found, err = resolver.LookupSRV(ctx, "", "", name)
		for _, record := range found {
			text := fmt.Sprintf("%d %d %d %s", record.Priority, record.Weight, record.Port, record.Target)
			result.Records = append(result.Records, text)
		}
	case "LookupMX":
		var found []*net.MX
		found, err = resolver.LookupMX(ctx, name)
		for _, record := range found {
			result.Records = append(result.Records, fmt.Sprintf("%d %s", record.Pref, record.Host))
		}
	case "LookupAddr":
		result.Records, err = resolver.LookupAddr(ctx, name)
	default:
		err = fmt.Errorf("no such call: %s", call)
	}
	return result, err
}

// Go has one error for a name that does not exist and one that has no such data.
func outcome(err error) string {
	var failure *net.DNSError
	switch {
	case !errors.As(err, &failure):
		return "FAILED"
	case failure.IsNotFound:
		return "NONE"
	case failure.IsTimeout || failure.IsTemporary:
		return "AGAIN"
	default:
		return "FAILED"
	}
}

func code(err error) string {
	var failure *net.DNSError
	if !errors.As(err, &failure) {
		return err.Error()
	}
	return failure.Err
}
