// Sends the regression tests of the core rule set to a gateway with the Coraza filter, and looks into its log for the rules
// that matched. What is not tested is what the filter's authors leave out for Envoy, and nothing else.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	_ "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/coreruleset/go-ftw/config"
	"github.com/coreruleset/go-ftw/output"
	"github.com/coreruleset/go-ftw/runner"
	"github.com/coreruleset/go-ftw/test"
	"github.com/rs/zerolog"
)

func main() {
	exclusions := flag.String("exclusions", "", "the filter's own configuration of go-ftw")
	tests := flag.String("tests", "", "the folder of the tests")
	log := flag.String("log", "", "where the gateway logs")
	port := flag.Int("port", 0, "where the gateway listens")
	sample := flag.Int("sample", 0, "how many tests to run, spread evenly; 0 for all")
	flag.Parse()
	zerolog.SetGlobalLevel(zerolog.ErrorLevel)
	if err := run(*exclusions, *tests, *log, *port, *sample); err != nil {
		fmt.Fprintln(os.Stderr, "ftw:", err)
		os.Exit(1)
	}
}

func run(exclusions, folder, log string, port, sample int) error {
	settings, err := config.NewConfigFromFile(exclusions)
	if err != nil {
		return err
	}
	host := "localhost"
	settings.LogFile = log
	settings.TestOverride.Overrides.DestAddr = &host
	settings.TestOverride.Overrides.Port = &port
	files, err := test.GetTestsFromFiles(filepath.Join(folder, "**", "*.yaml"))
	if err != nil {
		return err
	}
	names := names(files)
	chosen := names
	if sample > 0 && sample < len(names) {
		chosen = make([]string, sample)
		for i := range chosen {
			chosen[i] = names[i*len(names)/sample]
		}
	}
	start := time.Now()
	result, err := runner.Run(settings, files, &runner.RunnerConfig{
		Include:        regexp.MustCompile("^(" + strings.Join(chosen, "|") + ")$"),
		ShowOnlyFailed: true,
		ConnectTimeout: 10 * time.Second,
		ReadTimeout:    30 * time.Second,
	}, output.NewOutput("normal", os.Stdout))
	if err != nil {
		return err
	}
	stats := result.Stats
	invalid := invalid(files)
	var failed []string
	refused, different := 0, 0
	for _, name := range append(append([]string{}, stats.Failed...), stats.ForcedFail...) {
		if invalid[name] {
			refused++
		} else if reason, known := readDifferently[name]; known {
			different++
			fmt.Printf("%s: %s\n", name, reason)
		} else {
			failed = append(failed, name)
		}
	}
	fmt.Printf("%d of %d tests of the core rule set: %d passed, %d failed, %d left out as for Envoy, %d whose target no URI can have "+
		"never reached the filter, %d that the HTTP server reads differently, in %d s\n", len(chosen), len(names), len(stats.Success)+len(stats.ForcedPass), len(failed),
		len(stats.Ignored), refused, different, int(time.Since(start).Seconds()))
	if len(failed) > 0 {
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	}
	if len(stats.Success) == 0 {
		return fmt.Errorf("no test ran")
	}
	return nil
}

// A percent sign without two hexadecimal digits behind it.
var malformedEscape = regexp.MustCompile("%($|[^0-9A-Fa-f]|[0-9A-Fa-f]($|[^0-9A-Fa-f]))")

// What the gateway's HTTP server reads in another way than Envoy's, so that no filter can do what the test expects.
var readDifferently = map[string]string{
	"920100-2": "spaces ahead of the method are skipped, the filter sees a GET; Envoy answers 400",
	"920100-5": "CONNECT is answered with 501, also without a port; Envoy answers 400",
	"920100-6": "CONNECT is answered with 501, and the filter logs it with the authority of Host",
}

// The gateway refuses such requests with 400 before any filter sees them, where Envoy lets them pass.
func invalid(files []*test.FTWTest) map[string]bool {
	invalid := map[string]bool{}
	for _, file := range files {
		for _, one := range file.Tests {
			for _, stage := range one.Stages {
				if uri := stage.Input.URI; uri != nil && (strings.ContainsAny(*uri, "<>\"{}|\\^`") || malformedEscape.MatchString(*uri)) {
					invalid[one.IdString()] = true
				}
			}
		}
	}
	return invalid
}

func names(files []*test.FTWTest) []string {
	var names []string
	for _, file := range files {
		for _, one := range file.Tests {
			names = append(names, one.IdString())
		}
	}
	sort.Strings(names)
	return names
}
