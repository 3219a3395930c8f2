// A filter for tests of Higress's SDK: it runs what the request header x-do names.
package main

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
	pb "github.com/higress-group/wasm-go/pkg/protos"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"
	"google.golang.org/protobuf/proto"
)

func main() {}

func init() {
	wrapper.SetCtx("higress-go",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessStreamingRequestBody(onStreamingRequestBody),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
		wrapper.ProcessStreamingResponseBody(onStreamingResponseBody),
		wrapper.ProcessStreamDone(onDone),
		wrapper.WithRebuildAfterRequests[config](50),
		wrapper.WithRebuildMaxMemBytes[config](200*1024*1024),
		wrapper.WithMaxRequestsPerIoCycle[config](10),
		wrapper.EnableSafeLog[config](),
	)
}

type config struct {
	redis wrapper.RedisClient
	auth  wrapper.HttpClient
	rule  string
}

func parseConfig(json gjson.Result, c *config) error {
	c.rule = json.Get("rule").String()
	if name := json.Get("redis").String(); name != "" {
		client := wrapper.NewRedisClusterClient(wrapper.StaticIpCluster{ServiceName: name, Port: 6379})
		err := client.Init(json.Get("user").String(), json.Get("password").String(), 2000, wrapper.WithDataBase(int(json.Get("db").Int())))
		log.Infof("redis init: %v ready %v", err, client.Ready())
		c.redis = client
	}
	c.auth = wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
	wrapper.RegisterTickFunc(200, func() {
		_ = c.auth.Get("/text/tick", nil, func(status int, _ http.Header, _ []byte) { ticks++ }, 2000)
	})
	return c.auth.Get("/text/started", nil, func(status int, _ http.Header, body []byte) {
		startedWith = strconv.Itoa(status) + " " + string(body)
	}, 2000)
}

var (
	startedWith string
	ticks       int
)

func show(name, value string) { _ = proxywasm.ReplaceHttpRequestHeader(name, value) }

func onRequestHeaders(ctx wrapper.HttpContext, c config) types.Action {
	show("x-rule", c.rule)
	do, _ := proxywasm.GetHttpRequestHeader("x-do")
	ctx.SetContext("do", do)
	ctx.SetUserAttribute("model", "tiny")
	ctx.SetUserAttribute("tokens", 12)
	typical := useCases[do]
	if typical.requestChunk == nil {
		ctx.BufferRequestBody()
	}
	if typical.requestHeaders != nil {
		return typical.requestHeaders(ctx, c)
	}
	switch do {
	case "incr":
		err := c.redis.Incr("go-hits", func(r resp.Value) {
			show("x-redis", fmt.Sprintf("%d %v", r.Integer(), r.Error()))
			_ = proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			show("x-redis", "error "+err.Error())
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	case "eval":
		script := `local n = redis.call('incrby', KEYS[1], ARGV[1]) redis.call('expire', KEYS[1], 60) return {n, 'x'}`
		err := c.redis.Eval(script, 1, []interface{}{"go-eval"}, []interface{}{7}, func(r resp.Value) {
			show("x-redis", fmt.Sprintf("%v %v", r.Array(), r.Error()))
			_ = proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			show("x-redis", "error "+err.Error())
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	case "blpop":
		err := c.redis.Command([]interface{}{"BLPOP", "a", 0}, func(r resp.Value) {})
		show("x-redis", fmt.Sprintf("%v", err))
	case "route-cluster":
		client := wrapper.NewClusterClient(wrapper.RouteCluster{})
		err := client.Get("/text/hello", nil, func(status int, headers http.Header, body []byte) {
			show("x-called", strconv.Itoa(status)+" "+string(body))
			_ = proxywasm.ResumeHttpRequest()
		}, 2000)
		if err != nil {
			show("x-called", "error "+err.Error())
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	case "hosts":
		hosts, err := proxywasm.GetUpstreamHosts()
		show("x-hosts", fmt.Sprintf("%v %v", hosts, err))
		if len(hosts) > 0 {
			show("x-override", fmt.Sprintf("%v", proxywasm.SetUpstreamOverrideHost([]byte(hosts[0][0]))))
		}
	case "memory":
		data, err := proxywasm.GetProperty([]string{"plugin_vm_memory"})
		if err == nil {
			show("x-memory", strconv.FormatUint(binary.LittleEndian.Uint64(data), 10))
		}
	case "route-call":
		return types.HeaderStopIteration
	case "limit":
		ctx.SetRequestBodyBufferLimit(3 << 20)
		return types.HeaderStopIteration
	case "panic":
		var m map[string]int
		m["a"] = 1
	case "local":
		_ = proxywasm.SendHttpResponseWithDetail(418, "teapot", [][2]string{{"x-a", "b"}}, []byte("short"), -1)
		return types.HeaderStopAllIterationAndWatermark
	}
	return types.ActionContinue
}

func typical(ctx wrapper.HttpContext) useCase { return useCases[ctx.GetStringContext("do", "")] }

func onStreamingRequestBody(ctx wrapper.HttpContext, c config, chunk []byte, last bool) []byte {
	return typical(ctx).requestChunk(ctx, c, chunk, last)
}

func onRequestBody(ctx wrapper.HttpContext, c config, body []byte) types.Action {
	if typical := typical(ctx); typical.requestBody != nil {
		return typical.requestBody(ctx, c, body)
	}
	show("x-body", strconv.Itoa(len(body)))
	if ctx.GetStringContext("do", "") == "route-call" {
		err := ctx.RouteCall("POST", "/echo", [][2]string{{"content-type", "text/plain"}}, []byte("from the guest"),
			func(status int, headers [][2]string, body []byte) {
				_ = proxywasm.ReplaceHttpResponseBody([]byte(strings.ToUpper(string(body)) + " " + strconv.Itoa(status)))
			})
		log.Infof("route call %v", err)
	}
	return types.ActionContinue
}

func onResponseHeaders(ctx wrapper.HttpContext, c config) types.Action {
	_ = proxywasm.AddHttpResponseHeader("x-sdk", "higress")
	_ = ctx.WriteUserAttributeToLog()
	_ = ctx.WriteUserAttributeToTrace()
	if typical := typical(ctx); typical.responseHeaders != nil {
		return typical.responseHeaders(ctx, c)
	}
	switch ctx.GetStringContext("do", "") {
	case "inject-header":
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
		args, _ := proto.Marshal(&pb.InjectEncodedDataToFilterChainArguments{Body: "made by the guest", Endstream: true})
		if _, err := proxywasm.CallForeignFunction("inject_encoded_data_to_filter_chain_on_header", args); err != nil {
			log.Errorf("inject: %v", err)
		}
	case "inject":
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
		ctx.NeedPauseStreamingResponse()
	}
	return types.ActionContinue
}

func onResponseBody(ctx wrapper.HttpContext, c config, body []byte) types.Action {
	return typical(ctx).responseBody(ctx, c, body)
}

func onStreamingResponseBody(ctx wrapper.HttpContext, c config, chunk []byte, last bool) []byte {
	if typical := typical(ctx); typical.responseChunk != nil {
		return typical.responseChunk(ctx, c, chunk, last)
	}
	if ctx.GetStringContext("do", "") != "inject" {
		return chunk
	}
	ctx.PushBuffer(chunk)
	if ctx.GetBoolContext("calling", false) {
		if last {
			ctx.SetContext("last", true)
		}
		return nil
	}
	ctx.SetContext("calling", true)
	ctx.SetContext("last", last)
	err := c.auth.Get("/text/checked", nil, func(status int, headers http.Header, body []byte) {
		ctx.SetContext("calling", false)
		out := []byte{}
		for ctx.BufferQueueSize() > 0 {
			out = append(out, ctx.PopBuffer()...)
		}
		if err := proxywasm.InjectEncodedDataToFilterChain([]byte(fmt.Sprintf("[%d %s]", status, out)), ctx.GetBoolContext("last", false)); err != nil {
			log.Errorf("inject: %v", err)
		}
	}, 2000)
	if err != nil {
		log.Errorf("call: %v", err)
	}
	return nil
}

func onDone(ctx wrapper.HttpContext, c config) {
	if typical := typical(ctx); typical.done != nil {
		typical.done(ctx, c)
	}
	log.Debugf("done %s", ctx.Path())
}
