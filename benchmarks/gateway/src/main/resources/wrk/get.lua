wrk.headers["user-agent"] = "benchmark/1.0"
wrk.headers["accept"] = "application/json"
wrk.headers["accept-language"] = "en-US,en;q=0.9"
wrk.headers["x-request-id"] = "4f1c9a52-7a0e-4b8e-9a53-0c0a7c3b6d11"
