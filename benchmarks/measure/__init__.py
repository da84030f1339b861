"""The measurements. Each returns raw numbers; `benchmarks.rows` says what they mean."""
