package io.gatewaywasm.boot.gateway.attributes;

import java.util.HexFormat;
import java.util.Map;

import javax.security.auth.x500.X500Principal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CertificateSubject}.
 */
class CertificateSubjectTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			CN=server, O=Test                        | CN=server,O=Test
			EMAILADDRESS=ops@x, CN=a                 | emailAddress=ops@x,CN=a
			SERIALNUMBER=7, SURNAME=s, GIVENNAME=g   | serialNumber=7,SN=s,GN=g
			OU=a=b, OU=c#1, OU=\\#d                  | OU=a=b,OU=c#1,OU=\\#d
			CN="a, b+c\\"d"                        | CN=a\\, b\\+c\\"d
			O=B\u00fccher                            | O=B\\C3\\BCcher
			STREET=s, UID=u, DC=d, 1.2.3.4=x         | street=s,UID=u,DC=d,1.2.3.4=#130178
			CN=a+OU=b                                | OU=b+CN=a
			""")
	void nameIsWrittenAsByEnvoy(String name, String expected) {
		X500Principal principal = new X500Principal(name,
				Map.of("1.2.3.4", "1.2.3.4", "DC", "0.9.2342.19200300.100.1.25"));
		assertThat(CertificateSubject.text(principal)).isEqualTo(expected);
	}

	@Test
	void controlCharactersAndOtherKindsOfStringsAreWritten() {
		// CN: BMPString "a\u0001\u00e9", OU: an integer
		byte[] name = HexFormat.of()
			.parseHex("301e" + "310f300d0603550403" + "1e060061000100e9" + "310b3009060355040b" + "020207d0");
		assertThat(CertificateSubject.text(new X500Principal(name))).isEqualTo("OU=#020207D0,CN=a\\01\\C3\\A9");
	}

	@Test
	void typeWithALargeNumberIsNotTakenForAnother() {
		// 2.5.4.(2^70 + 3) and 2.(2^70 + 5).4.3, each with the value "admin"
		byte[] name = HexFormat.of()
			.parseHex("3034" + "31183016060d" + "55048180808080808080808003" + "0c0561646d696e" + "31183016060d"
					+ "81808080808080808080550403" + "0c0561646d696e");
		assertThat(CertificateSubject.text(new X500Principal(name)))
			.isEqualTo("2.1180591620717411303429.4.3=#0C0561646D696E,2.5.4.1180591620717411303427=#0C0561646D696E");
	}

	@Test
	void emptyNameIsEmpty() {
		assertThat(CertificateSubject.text(new X500Principal(""))).isEmpty();
	}

}
