// Command crowd looks names up with Go's own resolver, each in a thread and with a resolver of its own, as lines
// "ID NETWORK NAME" ask for it: ip, ip4 or ip6. It prints one line of JSON for each.
//
// With --without-opt queries lose their OPT record, as Go sent them before 1.19.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

type result struct {
	Outcome   string   `json:"outcome"`
	Addresses []string `json:"addresses"`
	ElapsedMs float64  `json:"elapsedMs"`
	// How far the two questions for one name came apart: on a busy machine one thread may have to wait.
	ApartMs float64 `json:"apartMs"`
}

type line struct {
	ID      string   `json:"id"`
	Results []result `json:"results"`
}

func main() {
	withoutOpt := len(os.Args) > 1 && os.Args[1] == "--without-opt"
	var writing sync.Mutex
	out := json.NewEncoder(os.Stdout)
	var asking sync.WaitGroup
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		words := strings.Fields(lines.Text())
		asking.Add(1)
		go func() {
			defer asking.Done()
			found := look(words[1], words[2], withoutOpt)
			writing.Lock()
			defer writing.Unlock()
			out.Encode(line{words[0], []result{found}})
		}()
	}
	asking.Wait()
}

func look(network, name string, withoutOpt bool) result {
	sent := &times{first: map[string]time.Time{}}
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if udp, isUDP := conn.(*net.UDPConn); isUDP {
			return socket{udp, sent, withoutOpt}, err
		}
		return conn, err
	}}
	started := time.Now()
	found, err := resolver.LookupIP(context.Background(), network, name)
	seen := result{Outcome: outcome(err), Addresses: []string{}, ElapsedMs: milliseconds(time.Since(started)), ApartMs: milliseconds(sent.apart)}
	for _, address := range found {
		seen.Addresses = append(seen.Addresses, address.String())
	}
	return seen
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}

// Go has one error for a name that does not exist and one that has no such data.
func outcome(err error) string {
	var failure *net.DNSError
	switch {
	case err == nil:
		return "OK"
	case errors.As(err, &failure) && failure.IsNotFound:
		return "NONAME"
	case errors.As(err, &failure) && (failure.IsTimeout || failure.IsTemporary):
		return "AGAIN"
	default:
		return "OTHER"
	}
}

// times knows when the first question for each name was sent.
type times struct {
	lock  sync.Mutex
	first map[string]time.Time
	apart time.Duration
}

func (t *times) note(name string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	first, isSecond := t.first[name]
	if !isSecond {
		t.first[name] = time.Now()
	} else if apart := time.Since(first); apart > t.apart {
		t.apart = apart
	}
}

// socket notes the questions that it sends, and takes the OPT record off their end where they are to have none.
type socket struct {
	*net.UDPConn
	sent       *times
	withoutOpt bool
}

const (
	headerBytes = 12
	optBytes    = 11
	// Type and class of the question.
	questionEnd = 4
)

func (s socket) Write(query []byte) (int, error) {
	plain := append([]byte(nil), query...)
	if plain[11] == 1 {
		plain[11] = 0
		plain = plain[:len(plain)-optBytes]
	}
	s.sent.note(string(plain[headerBytes : len(plain)-questionEnd]))
	if !s.withoutOpt {
		return s.UDPConn.Write(query)
	}
	_, err := s.UDPConn.Write(plain)
	return len(query), err
}
