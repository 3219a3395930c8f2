package io.gatewaywasm.tck;

import java.util.List;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Symptom;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code differences.yml}.
 */
class DifferencesTests {

	@Test
	void eachPatternCoversACase() {
		List<String> ids = CaseFiles.read(TestProxies.KIT.resolve("cases")).stream().map(ConformanceCase::id).toList();
		assertThat(new KnownDifferences(TestProxies.KIT.resolve("differences.yml")).symptoms()
			.flatMap((symptom) -> symptom.cases().stream())
			.filter((glob) -> ids.stream().noneMatch((id) -> Symptom.globMatches(glob, id)))).isEmpty();
	}

}
