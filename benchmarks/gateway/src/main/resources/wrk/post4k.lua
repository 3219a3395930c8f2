wrk.method = "POST"
wrk.body = "comment=" .. string.rep("lorem ipsum dolor sit amet ", 151)
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
wrk.headers["user-agent"] = "benchmark/1.0"
wrk.headers["accept"] = "application/json"
wrk.headers["Host"] = "shop.example.org"
