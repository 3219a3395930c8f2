package io.gatewaywasm.boot.services;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class GuestMetricNamesTests {

	private final GuestMetricNames names = new GuestMetricNames(true, Map.of());

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			requests                                              | requests             | {}
			wasmcustom.requests                                   | requests             | {}
			my requests/second                                    | my_requests_second   | {}
			waf_filter.tx.total                                   | waf_filter.tx.total  | {}
			waf_filter.tx.interruptions_ruleid=949110_phase=http_request_headers \
			| waf_filter.tx.interruptions | {phase=http_request_headers, ruleid=949110}
			waf_filter.tx.interruptions_ruleid=1_phase=http_request_body_identifier=global_owner=a.b:80 \
			| waf_filter.tx.interruptions | {identifier=global, owner=a.b:80, phase=http_request_body, ruleid=1}
			reporter=.=source;.;response_code=.=200;.;istio_requests_total \
			| istio_requests_total | {reporter=source, response_code=200}
			istiocustom.reporter=.=source;.;source_workload=.=;.;_requests_total \
			| requests_total | {istiocustom.reporter=source, source_workload=none}
			a_b=                                                  | a                    | {b=none}
			=.=;.;                                                | none                 | {}
			""")
	void labelsBecomeTags(String name, String meter, String tags) {
		GuestMetricName read = this.names.read(name);
		assertThat(read.name()).isEqualTo(meter);
		assertThat(new TreeMap<>(read.tags()).toString()).isEqualTo(tags);
	}

	@Test
	void encodedTagsCanBeLeftAlone() {
		GuestMetricName read = new GuestMetricNames(false, Map.of()).read("total_code=200");
		assertThat(read.name()).isEqualTo("total_code_200");
		assertThat(read.tags()).isEmpty();
	}

	@Test
	void tagsAreDescribedAsInEnvoy() {
		Map<String, Pattern> tags = new LinkedHashMap<>();
		tags.put("model", Pattern.compile("(model\\.(.*?)\\.)metric"));
		tags.put("code", Pattern.compile("_([0-9]{3})$"));
		tags.put("unlisted", Pattern.compile("(unlisted)"));
		GuestMetricName read = new GuestMetricNames(true, tags).read("model.gpt-4.1.metric.tokens_200");
		assertThat(read.name()).isEqualTo("metric.tokens");
		assertThat(read.tags()).containsOnly(Map.entry("model", "gpt-4.1"), Map.entry("code", "200"));
	}

	@Test
	void lengthsAndNumbersAreBounded() {
		GuestMetricName read = this.names.read("a".repeat(1000) + "_b=" + "c".repeat(1000));
		assertThat(read.name()).hasSize(200);
		assertThat(read.tags().get("b")).hasSize(128);
		StringBuilder many = new StringBuilder("name");
		for (int i = 0; i < 100; i++) {
			many.append("_k").append(i).append("=v");
		}
		read = this.names.read(many.toString());
		assertThat(read.name()).isEqualTo("name");
		assertThat(read.tags()).hasSize(20);
	}

	@Test
	void valuesHaveNoControlCharacters() {
		assertThat(this.names.read("a_b=c\nd\u0000").tags()).containsEntry("b", "c_d_");
	}

}
