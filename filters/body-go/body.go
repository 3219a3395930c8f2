package main

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// direction is what the SDK has a function for each way of.
type direction struct {
	name         string
	read         func(start, maxSize int) ([]byte, error)
	prepend      func([]byte) error
	append       func([]byte) error
	replace      func([]byte) error
	setHeader    func(key, value string) error
	removeHeader func(key string) error
	addTrailer   func(key, value string) error
	resume       func() error
}

var (
	request = direction{
		name:         "request",
		read:         proxywasm.GetHttpRequestBody,
		prepend:      proxywasm.PrependHttpRequestBody,
		append:       proxywasm.AppendHttpRequestBody,
		replace:      proxywasm.ReplaceHttpRequestBody,
		setHeader:    proxywasm.ReplaceHttpRequestHeader,
		removeHeader: proxywasm.RemoveHttpRequestHeader,
		addTrailer:   proxywasm.AddHttpRequestTrailer,
		resume:       proxywasm.ResumeHttpRequest,
	}
	response = direction{
		name:         "response",
		read:         proxywasm.GetHttpResponseBody,
		prepend:      proxywasm.PrependHttpResponseBody,
		append:       proxywasm.AppendHttpResponseBody,
		replace:      proxywasm.ReplaceHttpResponseBody,
		setHeader:    proxywasm.ReplaceHttpResponseHeader,
		removeHeader: proxywasm.RemoveHttpResponseHeader,
		addTrailer:   proxywasm.AddHttpResponseTrailer,
		resume:       proxywasm.ResumeHttpResponse,
	}
)

// body is one direction of a stream, and what is to happen to its body.
type body struct {
	direction
	contextID uint32
	commands  []string
	chunks    int
	waiting   bool
}

func (b *body) onHeaders(endOfStream bool) types.Action {
	if b.asksFor("drop-length") {
		check(b.removeHeader("content-length"))
	}
	if b.asksFor("hold-headers") && !endOfStream {
		return types.ActionPause
	}
	return types.ActionContinue
}

func (b *body) onChunk(size int, endOfStream bool) types.Action {
	proxywasm.LogDebugf("body %s #%d size=%d end_of_stream=%t", b.name, b.contextID, size, endOfStream)
	b.chunks++
	pauses := false
	for _, command := range b.commands {
		if b.run(strings.TrimSpace(command), size, endOfStream) {
			pauses = true
		}
	}
	if pauses || b.waiting {
		return types.ActionPause
	}
	return types.ActionContinue
}

// run runs one command for one chunk, and says whether the body is to be held.
func (b *body) run(command string, size int, endOfStream bool) bool {
	name, argument, _ := strings.Cut(command, ":")
	first := b.chunks == 1
	switch name {
	case "upper":
		check(b.replace(bytes.ToUpper(b.bytes(0, math.MaxInt32))))
	case "clear":
		check(b.replace(nil))
	case "prepend":
		if first {
			check(b.prepend([]byte(argument)))
		}
	case "append":
		if endOfStream {
			check(b.append([]byte(argument)))
		}
	case "replace":
		if endOfStream {
			check(b.replace([]byte(argument)))
		}
		return !endOfStream
	case "buffer", "hold-headers":
		return !endOfStream
	case "read":
		start, length := twoNumbers(argument)
		proxywasm.LogInfof("body %s #%d read: %s", b.name, b.contextID, b.bytes(start, length))
	case "count":
		if endOfStream {
			proxywasm.LogInfof("body %s #%d chunks=%d size=%d", b.name, b.contextID, b.chunks, size)
		}
	case "size-header":
		if endOfStream {
			check(b.setHeader(argument, strconv.Itoa(size)))
		}
	case "trailer":
		if endOfStream {
			key, value, _ := strings.Cut(argument, "=")
			check(b.addTrailer(key, value))
		}
	case "pause-call":
		if first {
			b.call(argument)
		}
	case "pause-call-end":
		if endOfStream {
			b.call(argument)
		}
	case "local":
		return first && reply(argument)
	case "local-end":
		return !endOfStream || reply(argument)
	case "pause":
		return true
	case "trap":
		if endOfStream {
			panic("body trap")
		}
	}
	return false
}

// call calls an upstream, given as "<upstream>" or "<upstream>:/path", and holds the body until it answers.
func (b *body) call(target string) {
	upstream, path := target, "/"
	if colon := strings.Index(target, ":/"); colon >= 0 {
		upstream, path = target[:colon], target[colon+1:]
	}
	headers := [][2]string{{":method", "GET"}, {":path", path}, {":authority", upstream}}
	_, err := proxywasm.DispatchHttpCall(upstream, headers, nil, nil, 5000, func(numHeaders, bodySize, _ int) {
		status := "none"
		if numHeaders > 0 {
			status = callStatus()
		}
		proxywasm.LogInfof("body call answered #%d: %s, %d bytes", b.contextID, status, bodySize)
		b.waiting = false
		check(b.resume())
	})
	if err != nil {
		proxywasm.LogInfof("body call refused #%d: %v", b.contextID, err)
		return
	}
	b.waiting = true
}

func callStatus() string {
	headers, err := proxywasm.GetHttpCallResponseHeaders()
	check(err)
	for _, header := range headers {
		if header[0] == ":status" {
			return header[1]
		}
	}
	return "none"
}

func (b *body) asksFor(name string) bool {
	for _, command := range b.commands {
		if strings.TrimSpace(command) == name {
			return true
		}
	}
	return false
}

// bytes reads a part of the body; past its end there is nothing.
func (b *body) bytes(start, length int) []byte {
	read, err := b.read(start, length)
	if err == types.ErrorStatusNotFound {
		return nil
	}
	check(err)
	return read
}

func reply(status string) bool {
	code, err := strconv.Atoi(status)
	check(err)
	headers := [][2]string{{"x-local", "body"}, {"content-type", "text/plain"}}
	check(proxywasm.SendHttpResponse(uint32(code), headers, []byte("local reply from body\n"), -1))
	return true
}

// twoNumbers splits "<start>:<length>".
func twoNumbers(argument string) (start, length int) {
	first, second, _ := strings.Cut(argument, ":")
	start, err := strconv.Atoi(first)
	check(err)
	length, err = strconv.Atoi(second)
	check(err)
	return start, length
}

// check stops the filter on what a correct host never answers.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
