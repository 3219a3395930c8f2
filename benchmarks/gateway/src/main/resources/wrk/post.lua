wrk.method = "POST"
wrk.body = string.rep("a", 16384)
wrk.headers["content-type"] = "text/plain"
wrk.headers["x-body"] = "prepend:["
