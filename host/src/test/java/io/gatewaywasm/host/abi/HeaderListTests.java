package io.gatewaywasm.host.abi;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HeaderListTests {

	private final HeaderList headers = HeaderList.of("B", "1", "a", "2", "b", "3", "c", "4");

	private static List<HeaderPair> pairs(String... namesAndValues) {
		return HeaderList.of(namesAndValues).toList();
	}

	@Test
	void keepsOrderAndRepeatedNames() {
		this.headers.add("a", "5");
		assertThat(this.headers.toList()).containsExactly(new HeaderPair("B", "1"), new HeaderPair("a", "2"),
				new HeaderPair("b", "3"), new HeaderPair("c", "4"), new HeaderPair("a", "5"));
		assertThat(this.headers.size()).isEqualTo(5);
	}

	@Test
	void showsEveryPair() {
		HeaderList seen = new HeaderList();
		this.headers.forEach(seen::add);
		assertThat(seen.toList()).isEqualTo(this.headers.toList());
	}

	@Test
	void getGivesTheFirstValueWhateverTheCase() {
		assertThat(this.headers.get("b")).isEqualTo("1");
		assertThat(this.headers.get("A")).isEqualTo("2");
		assertThat(this.headers.get("d")).isNull();
	}

	@Test
	void setTakesThePlaceOfTheFirst() {
		this.headers.set("b", "5");
		assertThat(this.headers.toList()).isEqualTo(pairs("b", "5", "a", "2", "c", "4"));
	}

	@Test
	void setAddsAMissingHeader() {
		this.headers.set("d", "5");
		assertThat(this.headers.toList()).isEqualTo(pairs("B", "1", "a", "2", "b", "3", "c", "4", "d", "5"));
	}

	@Test
	void removeRemovesAllValues() {
		this.headers.remove("b");
		this.headers.remove("d");
		assertThat(this.headers.toList()).isEqualTo(pairs("a", "2", "c", "4"));
	}

	@Test
	void replaceAllReplacesAll() {
		this.headers.replaceAll(pairs("a", "1"));
		assertThat(this.headers.toList()).isEqualTo(pairs("a", "1"));
	}

	@Test
	void changeOfACopyDoesNotChangeTheOriginal() {
		List<HeaderPair> before = this.headers.toList();
		HeaderList copy = new HeaderList(before);
		copy.remove("a");
		assertThat(this.headers.toList()).isEqualTo(before).isNotEqualTo(copy.toList());
	}

	@Test
	void aNameWithoutAValueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> HeaderList.of("a", "1", "b"))
			.withMessage("'namesAndValues' must contain a value for each name");
	}

}
