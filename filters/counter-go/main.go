// A filter that counts requests in the memory of its VM and keeps a part of the last one there: what outlives a
// request, and what does not with `isolation: stream`.
package main

import (
	"strconv"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// The filter is a library to its host: main never runs.
func main() {}

var (
	requests int
	lastPath string
)

func init() {
	proxywasm.SetHttpContext(func(contextID uint32) types.HttpContext {
		return &counter{contextID: contextID}
	})
}

type counter struct {
	types.DefaultHttpContext
	contextID uint32
}

func (c *counter) OnHttpRequestHeaders(int, bool) types.Action {
	requests++
	set("x-count", strconv.Itoa(requests))
	set("x-last-path", lastPath)
	set("x-context-id", strconv.Itoa(int(c.contextID)))
	path, err := proxywasm.GetHttpRequestHeader(":path")
	if err != nil {
		proxywasm.LogErrorf("no path: %v", err)
	}
	lastPath = path
	return types.ActionContinue
}

func set(name, value string) {
	if err := proxywasm.ReplaceHttpRequestHeader(name, value); err != nil {
		proxywasm.LogErrorf("%s is not set: %v", name, err)
	}
}
