// Sends the regression tests of the core rule set to a gateway with the Coraza filter, and looks into its log for the rules
// that matched. What is not tested is what the filter's authors leave out for Envoy, and nothing else.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	_ "github.com/corazawaf/coraza-coreruleset/v4"
	schema "github.com/coreruleset/ftw-tests-schema/v2/types"
	"github.com/coreruleset/go-ftw/config"
	"github.com/coreruleset/go-ftw/ftwhttp"
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
	sender, err := newSender(settings, files)
	if err != nil {
		return err
	}
	var failed []string
	refused, different := 0, 0
	for _, name := range append(append([]string{}, stats.Failed...), stats.ForcedFail...) {
		if sender.isRefused(name) {
			refused++
		} else if known, ok := readDifferently[name]; ok && sender.answer(sender.tests[name].Stages[0]) == known.status {
			different++
			fmt.Printf("%s: %s\n", name, known.reason)
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

// What the gateway's HTTP server reads in another way than Envoy's, so that no filter can do what the test expects, and the
// status that it answers.
var readDifferently = map[string]struct {
	status int
	reason string
}{
	"920100-2": {200, "spaces ahead of the method are skipped, the filter sees a GET; Envoy answers 400"},
	"920100-5": {501, "CONNECT is answered with 501, also without a port; Envoy answers 400"},
	"920100-6": {501, "CONNECT is answered with 501, and the filter logs it with the authority of Host"},
}

// Sends requests of tests that failed once more, to see what the gateway answers.
type sender struct {
	settings *config.FTWConfiguration
	tests    map[string]schema.Test
	client   *ftwhttp.Client
}

func newSender(settings *config.FTWConfiguration, files []*test.FTWTest) (*sender, error) {
	client, err := ftwhttp.NewClient(ftwhttp.NewClientConfig())
	if err != nil {
		return nil, err
	}
	tests := map[string]schema.Test{}
	for _, file := range files {
		for _, one := range file.Tests {
			tests[one.IdString()] = one
		}
	}
	return &sender{settings, tests, client}, nil
}

// The gateway refuses a request whose target no URI can have, before any filter sees it, where Envoy lets it pass. Neither the
// filter, which only logs, nor the upstream answers 400.
func (s *sender) isRefused(name string) bool {
	for _, stage := range s.tests[name].Stages {
		uri := stage.Input.URI
		if uri != nil && (strings.ContainsAny(*uri, "<>\"{}|\\^`") || malformedEscape.MatchString(*uri)) && s.answer(stage) == 400 {
			return true
		}
	}
	return false
}

// Returns the status, or 0 if there is none.
func (s *sender) answer(stage schema.Stage) int {
	input := (test.Input)(stage.Input)
	test.ApplyInputOverrides(s.settings, &input)
	var request *ftwhttp.Request
	if input.EncodedRequest != "" {
		data, err := base64.StdEncoding.DecodeString(input.EncodedRequest)
		if err != nil {
			return 0
		}
		request = ftwhttp.NewRawRequest(data)
	} else {
		line := &ftwhttp.RequestLine{Method: input.GetMethod(), URI: input.GetURI(), Version: input.GetVersion()}
		request = ftwhttp.NewRequest(line, input.Headers, input.GetData(), *input.AutocompleteHeaders)
	}
	destination := ftwhttp.Destination{DestAddr: input.GetDestAddr(), Port: input.GetPort(), Protocol: input.GetProtocol()}
	if err := s.client.NewConnection(destination); err != nil {
		return 0
	}
	s.client.StartTrackingTime()
	response, err := s.client.Do(*request)
	if err != nil {
		return 0
	}
	return response.Parsed.StatusCode
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
