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
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"
)

// A use of the SDK that is typical of a kind of plugin.
type useCase struct {
	requestHeaders  func(wrapper.HttpContext, config) types.Action
	requestBody     func(wrapper.HttpContext, config, []byte) types.Action
	requestChunk    func(wrapper.HttpContext, config, []byte, bool) []byte
	responseHeaders func(wrapper.HttpContext, config) types.Action
	responseBody    func(wrapper.HttpContext, config, []byte) types.Action
	responseChunk   func(wrapper.HttpContext, config, []byte, bool) []byte
	done            func(wrapper.HttpContext, config)
}

var hits = map[string]proxywasm.MetricCounter{}

func value(name string) string {
	header, _ := proxywasm.GetHttpRequestHeader(name)
	return header
}

func property(path ...string) string {
	data, err := proxywasm.GetProperty(path)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func number(path ...string) string {
	data, err := proxywasm.GetProperty(path)
	if err != nil || len(data) != 8 {
		return fmt.Sprintf("%v %v", data, err)
	}
	return strconv.FormatUint(binary.LittleEndian.Uint64(data), 10)
}

func deny(status uint32, detail string) {
	_ = proxywasm.SendHttpResponseWithDetail(status, detail, [][2]string{{"content-type", "text/plain"}}, []byte(detail), -1)
}

func stopHeaders(wrapper.HttpContext, config) types.Action { return types.HeaderStopIteration }

func bufferResponse(ctx wrapper.HttpContext, _ config) types.Action {
	ctx.BufferResponseBody()
	_ = proxywasm.RemoveHttpResponseHeader("content-length")
	return types.HeaderStopIteration
}

var useCases = map[string]useCase{
	// replay protection, HMAC authentication
	"nonce": {requestHeaders: func(_ wrapper.HttpContext, c config) types.Action {
		err := c.redis.SetNX("nonce:"+value("x-nonce"), "1", 60, func(r resp.Value) {
			switch {
			case r.Error() != nil:
				deny(503, "nonce store: "+r.Error().Error())
			case r.IsNull():
				deny(401, "replayed")
			default:
				_ = proxywasm.ResumeHttpRequest()
			}
		})
		if err != nil {
			deny(500, err.Error())
		}
		return types.HeaderStopAllIterationAndWatermark
	}},
	// rate limits of a cluster and of tokens
	"limit-rate": {requestHeaders: func(ctx wrapper.HttpContext, c config) types.Action {
		ctx.DisableReroute()
		script := `local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('expire', KEYS[1], ARGV[2]) end
			return {tonumber(ARGV[1]), n, redis.call('ttl', KEYS[1])}`
		err := c.redis.Eval(script, 1, []interface{}{"rate:" + value("x-client")}, []interface{}{2, 60}, func(r resp.Value) {
			all := r.Array()
			if r.Error() != nil || len(all) != 3 {
				_ = proxywasm.ResumeHttpRequest()
				return
			}
			if all[1].Integer() > all[0].Integer() {
				_ = proxywasm.SendHttpResponseWithDetail(429, "rate_limited",
					[][2]string{{"x-ratelimit-reset", strconv.Itoa(all[2].Integer())}}, []byte("Too many requests"), -1)
				return
			}
			ctx.SetContext("left", all[0].Integer()-all[1].Integer())
			_ = proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	}, responseHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		_ = proxywasm.ReplaceHttpResponseHeader("x-ratelimit-remaining", fmt.Sprint(ctx.GetContext("left")))
		return types.ActionContinue
	}},
	// counts when the stream is done, and waits for no reply
	"count-done": {done: func(_ wrapper.HttpContext, c config) {
		err := c.redis.IncrBy("done", 3, nil)
		log.Infof("count-done: %v; %s %s %s", err, property("response", "code_details"), number("response", "code"), property("ai_log"))
		c.auth.Post("/log", nil, []byte("logged "+number("response", "code")), func(int, http.Header, []byte) {}, 2000)
	}},
	"redis-from-response": {responseHeaders: func(_ wrapper.HttpContext, c config) types.Action {
		err := c.redis.Set("from-response", "a\r\nb\x00ü", func(r resp.Value) {
			_ = c.redis.Get("from-response", func(r resp.Value) {
				_ = proxywasm.ReplaceHttpResponseHeader("x-found", strconv.QuoteToASCII(r.String()))
				_ = proxywasm.ResumeHttpResponse()
			})
		})
		if err != nil {
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	}},
	"commands": {requestHeaders: commands},
	"evalsha": {requestHeaders: func(_ wrapper.HttpContext, c config) types.Action {
		_ = c.redis.Command([]interface{}{"EVALSHA", strings.Repeat("0", 40), 0}, func(r resp.Value) {
			show("x-redis", fmt.Sprint(r.Error()))
			_ = proxywasm.ResumeHttpRequest()
		})
		return types.HeaderStopAllIterationAndWatermark
	}},
	// Redis, then HTTP, then the response: chains of calls, as a cache with a vector store makes them
	"cache": {requestHeaders: stopHeaders, requestBody: func(ctx wrapper.HttpContext, c config, body []byte) types.Action {
		question := gjson.GetBytes(body, "messages.0.content").String()
		err := c.redis.Get("answer:"+question, func(r resp.Value) {
			if r.Error() == nil && !r.IsNull() {
				_ = proxywasm.SendHttpResponseWithDetail(200, "cache.hit",
					[][2]string{{"content-type", "text/event-stream; charset=utf-8"}}, []byte("data:"+r.String()+"\n\ndata:[DONE]\n\n"), -1)
				return
			}
			err := c.auth.Post("/echo", [][2]string{{"content-type", "application/json"}}, []byte(question), func(status int, _ http.Header, embedded []byte) {
				ctx.SetContext("question", question)
				show("x-embedded", strconv.Itoa(status)+" "+string(embedded))
				_ = proxywasm.ResumeHttpRequest()
			}, 5000)
			if err != nil {
				_ = proxywasm.ResumeHttpRequest()
			}
		})
		if err != nil {
			return types.ActionContinue
		}
		return types.ActionPause
	}, responseChunk: func(ctx wrapper.HttpContext, c config, chunk []byte, last bool) []byte {
		ctx.PushBuffer(append([]byte{}, chunk...))
		if last {
			answer := []byte{}
			for ctx.BufferQueueSize() > 0 {
				answer = append(answer, ctx.PopBuffer()...)
			}
			_ = c.redis.SetEx("answer:"+ctx.GetStringContext("question", ""), "kept", 60, nil)
			log.Debugf("cached %d bytes", len(answer))
		}
		return chunk
	}},
	// the request is changed in the callback of a call, after its body is complete
	"rewrite-later": {requestHeaders: stopHeaders, requestBody: func(_ wrapper.HttpContext, c config, body []byte) types.Action {
		_ = c.auth.Get("/text/looked-up", nil, func(status int, _ http.Header, found []byte) {
			_ = proxywasm.ReplaceHttpRequestHeader(":path", "/v1/rewritten?a=b")
			_ = proxywasm.ReplaceHttpRequestHeader(":authority", "llm.example.com")
			_ = proxywasm.RemoveHttpRequestHeader("content-length")
			_ = proxywasm.ReplaceHttpRequestBody([]byte(string(found) + "+" + string(body)))
			_ = proxywasm.ResumeHttpRequest()
		}, 5000)
		return types.ActionPause
	}},
	// conversion of protocols: all headers and the body at once
	"convert": {requestHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		ctx.DisableReroute()
		headers, _ := proxywasm.GetHttpRequestHeaders()
		kept := [][2]string{}
		for _, h := range headers {
			switch h[0] {
			case ":path":
				h[1] = "/v1/chat/completions"
			case ":authority":
				h[1] = "api.example.com"
			case "content-length", "accept-encoding":
				continue
			}
			kept = append(kept, h)
		}
		err := proxywasm.ReplaceHttpRequestHeaders(append(kept, [2]string{"authorization", "Bearer key"}))
		log.Infof("convert: %v", err)
		return types.HeaderStopIteration
	}, requestBody: func(_ wrapper.HttpContext, _ config, body []byte) types.Action {
		_ = proxywasm.ReplaceHttpRequestHeader("x-model", gjson.GetBytes(body, "model").String())
		_ = proxywasm.ReplaceHttpRequestBody([]byte(`{"converted":` + string(body) + `}`))
		return types.ActionContinue
	}, responseHeaders: func(_ wrapper.HttpContext, _ config) types.Action {
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
		_ = proxywasm.ReplaceHttpResponseHeader("content-type", "text/event-stream")
		return types.ActionContinue
	}, responseChunk: func(_ wrapper.HttpContext, _ config, chunk []byte, last bool) []byte {
		out := []byte{}
		if len(chunk) > 0 {
			out = []byte("data: " + strconv.Itoa(len(chunk)) + "\n\n")
		}
		if last {
			out = append(out, "data: [DONE]\n\n"...)
		}
		return out
	}},
	"route-by-model": {requestHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		_ = proxywasm.RemoveHttpRequestHeader("content-length")
		ctx.SetRequestBodyBufferLimit(100 << 20)
		return types.HeaderStopIteration
	}, requestBody: func(_ wrapper.HttpContext, _ config, body []byte) types.Action {
		provider, model, _ := strings.Cut(gjson.GetBytes(body, "model").String(), "/")
		_ = proxywasm.ReplaceHttpRequestHeader("x-provider", provider)
		_ = proxywasm.ReplaceHttpRequestBody([]byte(`{"model":"` + model + `"}`))
		return types.ActionContinue
	}},
	"block-body": {requestHeaders: stopHeaders, requestBody: func(_ wrapper.HttpContext, _ config, body []byte) types.Action {
		if strings.Contains(string(body), "forbidden") {
			deny(403, "blocked")
			return types.ActionPause
		}
		return types.ActionContinue
	}},
	"chunks": {requestChunk: func(ctx wrapper.HttpContext, _ config, chunk []byte, last bool) []byte {
		out := []byte(strings.ToUpper(string(chunk)))
		if last {
			out = append(out, '!')
		}
		return out
	}, requestHeaders: func(wrapper.HttpContext, config) types.Action {
		_ = proxywasm.RemoveHttpRequestHeader("content-length")
		return types.ActionContinue
	}},
	"large": {requestHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		ctx.SetRequestBodyBufferLimit(100 << 20)
		ctx.SetResponseBodyBufferLimit(100 << 20)
		return types.HeaderStopIteration
	}, requestBody: func(_ wrapper.HttpContext, _ config, body []byte) types.Action {
		show("x-body", strconv.Itoa(len(body)))
		return types.ActionContinue
	}, responseHeaders: bufferResponse, responseBody: func(_ wrapper.HttpContext, _ config, body []byte) types.Action {
		_ = proxywasm.ReplaceHttpResponseBody([]byte(strconv.Itoa(len(body))))
		return types.ActionContinue
	}},
	// external authorization: the request waits with all of its body
	"authorize":      {requestHeaders: authorize},
	"authorize-open": {requestHeaders: authorize},
	// OpenID Connect
	"redirect": {requestHeaders: func(wrapper.HttpContext, config) types.Action {
		_ = proxywasm.SendHttpResponseWithDetail(302, "oidc", [][2]string{{"Location", "https://idp.example.com/?a=b&c=%20d"},
			{"Set-Cookie", "_state=1; Path=/; HttpOnly"}, {"Set-Cookie", "_nonce=2; Path=/; HttpOnly"}}, nil, -1)
		return types.ActionContinue
	}},
	// GraphQL: the filter answers with the reply of the route's upstream
	"graphql": {requestHeaders: func(wrapper.HttpContext, config) types.Action {
		err := wrapper.NewClusterClient(wrapper.RouteCluster{}).Post("/echo", [][2]string{{"content-type", "application/json"}},
			[]byte(`{"query":"{a}"}`), func(status int, headers http.Header, body []byte) {
				all := [][2]string{}
				for name, values := range headers {
					if !strings.HasPrefix(name, ":") {
						for _, one := range values {
							all = append(all, [2]string{name, one})
						}
					}
				}
				_ = proxywasm.SendHttpResponse(uint32(status), all, body, -1)
			}, 5000)
		if err != nil {
			deny(500, err.Error())
		}
		return types.HeaderStopAllIterationAndWatermark
	}},
	// a response of the upstream is replaced
	"custom-response": {responseHeaders: func(wrapper.HttpContext, config) types.Action {
		status, _ := proxywasm.GetHttpResponseHeader(":status")
		if status == "404" {
			_ = proxywasm.SendHttpResponseWithDetail(200, "custom", [][2]string{{"content-type", "text/html"}}, []byte("<p>custom</p>"), -1)
		}
		return types.ActionContinue
	}},
	// the failed request is tried again, from the headers of the response
	"retry": {responseHeaders: func(ctx wrapper.HttpContext, c config) types.Action {
		if status, _ := proxywasm.GetHttpResponseHeader(":status"); status != "503" {
			return types.ActionContinue
		}
		err := wrapper.NewClusterClient(wrapper.RouteCluster{Host: "again.example.com"}).Post("/echo", nil, []byte("second attempt"),
			func(status int, _ http.Header, body []byte) {
				_ = proxywasm.SendHttpResponse(uint32(status), [][2]string{{"x-retried", "yes"}}, body, -1)
			}, 5000)
		if err != nil {
			log.Errorf("retry: %v", err)
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	}},
	// the response waits for a call after its body is complete
	"transform-later": {responseHeaders: bufferResponse, responseBody: func(_ wrapper.HttpContext, c config, body []byte) types.Action {
		_ = c.auth.Post("/echo", nil, body, func(status int, _ http.Header, reply []byte) {
			_ = proxywasm.ReplaceHttpResponseHeader("x-transformed", "yes")
			_ = proxywasm.ReplaceHttpResponseBody([]byte(strings.ToUpper(string(reply))))
			_ = proxywasm.ResumeHttpResponse()
		}, 5000)
		return types.ActionPause
	}},
	// a guard refuses the response after a call
	"guard-response": {responseHeaders: bufferResponse, responseBody: func(_ wrapper.HttpContext, c config, body []byte) types.Action {
		_ = c.auth.Get("/status/403", nil, func(status int, _ http.Header, _ []byte) {
			deny(uint32(status), "unsafe")
		}, 5000)
		return types.ActionPause
	}},
	// a guard on a stream: each part is checked, and the end is replaced
	"guard-stream": {responseHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
		ctx.NeedPauseStreamingResponse()
		return types.ActionContinue
	}, responseChunk: func(ctx wrapper.HttpContext, c config, chunk []byte, last bool) []byte {
		ctx.PushBuffer(append([]byte{}, chunk...))
		if last {
			ctx.SetContext("last", true)
		}
		check(ctx, c)
		return nil
	}},
	// a stream that never ends becomes a document, after another call
	"stream-to-document": {responseHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		ctx.NeedPauseStreamingResponse()
		return types.HeaderStopIteration
	}, responseChunk: func(ctx wrapper.HttpContext, c config, chunk []byte, last bool) []byte {
		if ctx.GetBoolContext("called", false) {
			return []byte{}
		}
		ctx.SetContext("called", true)
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
		_ = proxywasm.ReplaceHttpResponseHeader("content-type", "application/json")
		_ = proxywasm.ReplaceHttpResponseHeader(":status", "201")
		headers, err := proxywasm.GetHttpRequestHeaders()
		seen := strconv.FormatBool(err == nil && len(headers) > 0)
		err = wrapper.NewClusterClient(wrapper.RouteCluster{}).Post("/echo", nil, chunk, func(status int, _ http.Header, reply []byte) {
			_ = proxywasm.InjectEncodedDataToFilterChain([]byte(fmt.Sprintf(`{"status":%d,"seen":%s,"reply":%q}`, status, seen, reply)), true)
		}, 5000)
		if err != nil {
			_ = proxywasm.InjectEncodedDataToFilterChain([]byte(err.Error()), true)
		}
		return []byte{}
	}},
	// statistics
	"statistics": {requestHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		ctx.SetUserAttribute("question", "a \"quoted\" ü")
		_ = ctx.WriteUserAttributeToLogWithKey(wrapper.AILogKey)
		ctx.SetUserAttribute("answer", 42)
		_ = ctx.WriteUserAttributeToLogWithKey(wrapper.AILogKey)
		_ = ctx.WriteUserAttributeToTrace()
		name := fmt.Sprintf("route.%s.upstream.%s.model.%s.consumer.%s.metric.%s", property("route_name"), property("cluster_name"), "tiny", "none", "input_token")
		if _, ok := hits[name]; !ok {
			hits[name] = proxywasm.DefineCounterMetric(name)
		}
		hits[name].Increment(5)
		show("x-log", strconv.QuoteToASCII(property("ai_log")))
		return types.ActionContinue
	}},
	"facts": {requestHeaders: func(ctx wrapper.HttpContext, _ config) types.Action {
		show("x-facts", strings.Join([]string{ctx.Scheme(), ctx.Method(), ctx.Path(), ctx.Host(), property("source", "address"),
			property("route_name"), property("plugin_name"), strconv.FormatBool(ctx.HasRequestBody()), value("x-forwarded-for"),
			property("request", "protocol")}, "|"))
		return types.ActionContinue
	}, responseHeaders: func(wrapper.HttpContext, config) types.Action {
		_ = proxywasm.AddHttpResponseHeader("set-cookie", "c=3")
		_ = proxywasm.AddHttpResponseHeader("x-upstream-address", property("upstream", "address"))
		_ = proxywasm.AddHttpResponseHeader("x-code", number("response", "code"))
		return types.ActionContinue
	}},
	"rename": {requestHeaders: func(wrapper.HttpContext, config) types.Action {
		_ = proxywasm.ReplaceHttpRequestHeader("x-new", value("x-old"))
		_ = proxywasm.RemoveHttpRequestHeader("x-old")
		_ = proxywasm.AddHttpRequestHeader("x-many", "1")
		_ = proxywasm.AddHttpRequestHeader("x-many", "2")
		_ = proxywasm.ReplaceHttpRequestHeader(":path", value(":path")+"?added=%C3%BC&b=a+b")
		_ = proxywasm.ReplaceHttpRequestHeader(":method", "PUT")
		return types.ActionContinue
	}},
	"shared": {requestHeaders: func(wrapper.HttpContext, config) types.Action {
		for {
			data, cas, err := proxywasm.GetSharedData("count")
			if err != nil && err != types.ErrorStatusNotFound {
				show("x-count", err.Error())
				break
			}
			count, _ := strconv.Atoi(string(data))
			err = proxywasm.SetSharedData("count", []byte(strconv.Itoa(count+1)), cas)
			if err == nil {
				show("x-count", strconv.Itoa(count+1))
				break
			}
			if err != types.ErrorStatusCasMismatch {
				show("x-count", err.Error())
				break
			}
		}
		return types.ActionContinue
	}},
	"clusters": {requestHeaders: func(_ wrapper.HttpContext, c config) types.Action {
		found := []string{}
		waiting := 0
		call := func(client wrapper.HttpClient) {
			err := client.Get("/text/hello", nil, func(status int, _ http.Header, _ []byte) {
				found = append(found, strconv.Itoa(status))
				if waiting--; waiting == 0 {
					show("x-found", strings.Join(found, " "))
					_ = proxywasm.ResumeHttpRequest()
				}
			}, 5000)
			if err == nil {
				waiting++
			} else {
				found = append(found, client.ClusterName()+" "+err.Error())
			}
		}
		call(wrapper.NewClusterClient(wrapper.DnsCluster{ServiceName: "llm", Domain: "llm.example.com", Port: 443}))
		call(wrapper.NewClusterClient(wrapper.StaticIpCluster{ServiceName: "ip", Port: 80}))
		call(wrapper.NewClusterClient(wrapper.NacosCluster{ServiceName: "svc", NamespaceID: "public", Port: 80}))
		call(wrapper.NewClusterClient(wrapper.ConsulCluster{ServiceName: "svc", Datacenter: "dc1", Port: 80}))
		call(wrapper.NewClusterClient(wrapper.K8sCluster{ServiceName: "svc", Port: 80, Version: "v1"}))
		call(wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80}))
		if waiting == 0 {
			show("x-found", strings.Join(found, " "))
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	}},
	"started": {requestHeaders: func(wrapper.HttpContext, config) types.Action {
		show("x-started", fmt.Sprintf("%s %d", startedWith, ticks))
		return types.ActionContinue
	}},
}

func authorize(_ wrapper.HttpContext, c config) types.Action {
	open := value("x-do") == "authorize-open"
	err := c.auth.Call("POST", "/"+value("x-verdict"), [][2]string{{"authorization", value("authorization")}, {"x-original-uri", value(":path")}}, nil,
		func(status int, headers http.Header, body []byte) {
			if status == 200 || (open && status >= 500) {
				_ = proxywasm.ReplaceHttpRequestHeader("x-auth-status", strconv.Itoa(status))
				_ = proxywasm.RemoveHttpRequestHeader("authorization")
				_ = proxywasm.ResumeHttpRequest()
				return
			}
			deny(uint32(status), "denied")
		}, 1000)
	if err != nil {
		deny(500, err.Error())
	}
	return types.HeaderStopAllIterationAndWatermark
}

func check(ctx wrapper.HttpContext, c config) {
	if ctx.GetBoolContext("calling", false) || ctx.BufferQueueSize() == 0 {
		return
	}
	part := []byte{}
	for ctx.BufferQueueSize() > 0 {
		part = append(part, ctx.PopBuffer()...)
	}
	last := ctx.GetBoolContext("last", false)
	ctx.SetContext("calling", true)
	err := c.auth.Post("/echo", nil, part, func(_ int, _ http.Header, checked []byte) {
		ctx.SetContext("calling", false)
		if strings.Contains(string(checked), "unsafe") {
			_ = proxywasm.InjectEncodedDataToFilterChain([]byte("data: refused\n\ndata: [DONE]\n\n"), true)
			return
		}
		_ = proxywasm.InjectEncodedDataToFilterChain(checked, last)
		check(ctx, c)
	}, 5000)
	if err != nil {
		_ = proxywasm.InjectEncodedDataToFilterChain([]byte("data: "+err.Error()+"\n\n"), true)
	}
}

func commands(_ wrapper.HttpContext, c config) types.Action {
	r := c.redis
	results := []string{}
	var steps []func(wrapper.RedisResponseCallback) error
	add := func(step func(wrapper.RedisResponseCallback) error) { steps = append(steps, step) }
	type cb = wrapper.RedisResponseCallback
	add(func(f cb) error { return r.Set("s", 5, f) })
	add(func(f cb) error { return r.IncrBy("s", 3, f) })
	add(func(f cb) error { return r.DecrBy("s", 1, f) })
	add(func(f cb) error { return r.Decr("s", f) })
	add(func(f cb) error { return r.SetEx("e", "x", 60, f) })
	add(func(f cb) error { return r.SetNX("e", "y", 60, f) })
	add(func(f cb) error { return r.MSet(map[string]interface{}{"m1": "a"}, f) })
	add(func(f cb) error { return r.MGet([]string{"m1", "absent", "e"}, f) })
	add(func(f cb) error { return r.Expire("m1", 60, f) })
	add(func(f cb) error { return r.Persist("m1", f) })
	add(func(f cb) error { return r.Exists("m1", f) })
	add(func(f cb) error { return r.Del("m1", f) })
	add(func(f cb) error { return r.LPush("l", []interface{}{"a", "b"}, f) })
	add(func(f cb) error { return r.RPush("l", []interface{}{"c"}, f) })
	add(func(f cb) error { return r.LRange("l", 0, -1, f) })
	add(func(f cb) error { return r.LInsertBefore("l", "a", "z", f) })
	add(func(f cb) error { return r.LRem("l", 1, "z", f) })
	add(func(f cb) error { return r.LPop("l", f) })
	add(func(f cb) error { return r.LLen("l", f) })
	add(func(f cb) error { return r.HSet("h", "a", "1", f) })
	add(func(f cb) error { return r.HMSet("h", map[string]interface{}{"b": 2}, f) })
	add(func(f cb) error { return r.HMGet("h", []string{"a", "b", "c"}, f) })
	add(func(f cb) error { return r.HIncrBy("h", "b", 2, f) })
	add(func(f cb) error { return r.HIncrByFloat("h", "b", 0.5, f) })
	add(func(f cb) error { return r.HGetAll("h", f) })
	add(func(f cb) error { return r.SAdd("t", []interface{}{"a"}, f) })
	add(func(f cb) error { return r.SIsMember("t", "a", f) })
	add(func(f cb) error { return r.ZAdd("z", map[string]interface{}{"one": 1}, f) })
	add(func(f cb) error { return r.ZIncrBy("z", "one", 2.5, f) })
	add(func(f cb) error { return r.ZScore("z", "one", f) })
	add(func(f cb) error { return r.ZRange("z", 0, -1, f) })
	add(func(f cb) error { return r.HGet("l", "a", f) })
	var next func(int)
	next = func(i int) {
		if i == len(steps) {
			show("x-redis", strings.Join(results, ";"))
			_ = proxywasm.ResumeHttpRequest()
			return
		}
		if err := steps[i](func(v resp.Value) {
			results = append(results, v.String())
			next(i + 1)
		}); err != nil {
			results = append(results, err.Error())
			next(i + 1)
		}
	}
	next(0)
	return types.HeaderStopAllIterationAndWatermark
}
