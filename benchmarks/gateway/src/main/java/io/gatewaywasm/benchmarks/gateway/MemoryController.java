package io.gatewaywasm.benchmarks.gateway;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reports how much of the heap is in use.
 */
@RestController
class MemoryController {

	/** Collects garbage and returns the bytes in use. */
	@GetMapping("/memory")
	long used() {
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
