package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/schedule"
	"incrocio/pipeline/worklist"
	"incrocio/readers/codici"
	"incrocio/readers/inbox"
)

// config is everything that can be set. Defaults come first, then the file, then the environment, then flags.
type config struct {
	DatabaseURL string // claims are read from there; "" takes the files of inbox/domande
	Partitions  int
	Workers     int
	Rules       rules.Params
	Inbox       inbox.Limits
	Originals   int           // days that files are kept as they were received
	Lease       time.Duration // how long the lock outlives a process that no longer renews it
	Settle      time.Duration // how long a file must have been quiet for schedule to take it
	Schedule    scheduleConfig
	GatesOn     bool // the night is judged before it is published
	// SecondPerson: letting a night pass the gates takes two persons.
	SecondPerson bool
	Gates        gates.Config
	Sampling     worklist.Sampling // automatic actions that are sent to a sede for a look
	Console      consoleConfig
}

const (
	defaultLease = 2 * time.Minute

	configFile = "incrocio.toml"
	envPrefix  = "INCROCIO_"
	envHome    = "INCROCIO_HOME" // the home itself, which no file inside it can name
)

// setting is one key of the configuration.
type setting struct {
	key      string
	describe string
	mask     func(string) string // hides what is nobody's business; nil: nothing is
	get      func(*config) any
	set      func(*config, any) error
}

// settings are all keys there are, in the order in which they are shown.
var settings = slices.Concat(mainSettings, gateSettings, worklistSettings, consoleSettings)

// mainSettings are those of everything but the gates.
var mainSettings = []setting{
	{
		key: "database.url", describe: "PostgreSQL che contiene la tabella domande; vuoto: i file di inbox/domande", mask: maskURL,
		get: func(c *config) any { return c.DatabaseURL },
		set: func(c *config, v any) error { return setText(&c.DatabaseURL, v) },
	},
	number("match.partitions", "partizioni dell'incrocio, una potenza di due fra 1 e 4096", func(c *config) *int { return &c.Partitions }),
	number("match.workers", "partizioni e file trattati insieme", func(c *config) *int { return &c.Workers }),
	word("rules.phase", "automatic, experimental", func(c *config) *string { return &c.Rules.Phase }),
	word("rules.early_end_policy", "actualend, contractend", func(c *config) *string { return &c.Rules.EarlyEndPolicy }),
	word("rules.reduction_basis", "spreadtotal, prorata", func(c *config) *string { return &c.Rules.ReductionBasis }),
	{
		key: "rules.cumulo_subordinate_from", describe: "primo giorno dei rapporti per cui il cumulo è ammesso",
		get: func(c *config) any { return c.Rules.CumuloSubordinateFrom.String() },
		set: func(c *config, v any) error {
			var s string
			if err := setText(&s, v); err != nil {
				return err
			}
			d, err := pipeline.ParseDate(s)
			if err == nil {
				c.Rules.CumuloSubordinateFrom = d
			}
			return err
		},
	},
	number("rules.same_employer_gap_days", "giorni fra due contratti dello stesso datore che restano consecutivi", func(c *config) *int { return &c.Rules.SameEmployerGapDays }),
	number("rules.resume_release_delay", "giorni dopo la fine di una sospensione prima che la ripresa sia emessa", func(c *config) *int { return &c.Rules.ResumeReleaseDelay }),
	word("rules.day_count", "calendar", func(c *config) *string { return &c.Rules.DayCount }),
	number("inbox.document", "byte di un documento", func(c *config) *int { return &c.Inbox.Document }),
	number("inbox.line", "byte di una riga di JSON Lines", func(c *config) *int { return &c.Inbox.Line }),
	number("inbox.tar_entries", "voci di un archivio tar", func(c *config) *int { return &c.Inbox.TarEntries }),
	number("inbox.zip_entries", "voci di un archivio zip", func(c *config) *int { return &c.Inbox.ZipEntries }),
	number("inbox.unpacked", "byte di un file una volta aperto", func(c *config) *int64 { return &c.Inbox.Unpacked }),
	number("inbox.ratio", "rapporto di espansione ammesso", func(c *config) *int64 { return &c.Inbox.Ratio }),
	span("inbox.settle", "con schedule, tempo senza scritture dopo il quale un file è preso", func(c *config) *time.Duration { return &c.Settle }),
	span("lock.lease", "durata del blocco di una notte che non dà più segni di vita", func(c *config) *time.Duration { return &c.Lease }),
	number("archive.originals", "giorni per cui i file ricevuti sono conservati", func(c *config) *int { return &c.Originals }),
	word("schedule.cron", "quando parte la notte, ora di Roma: minuto ora giorno mese giorno-della-settimana", func(c *config) *string { return &c.Schedule.Cron }),
	number("schedule.catch_up", "notti arretrate che partono senza il consenso di una persona", func(c *config) *int { return &c.Schedule.CatchUp }),
	{
		key: "schedule.freeze", describe: "giorni in cui nessuna notte parte: date, o intervalli DA/A, separati da virgole",
		get: func(c *config) any { return c.Schedule.Freeze },
		set: func(c *config, v any) error { return setTexts(&c.Schedule.Freeze, v) },
	},
	span("schedule.jitter", "ritardo massimo della partenza, diverso per ogni notte e installazione", func(c *config) *time.Duration { return &c.Schedule.Jitter }),
	word("schedule.listen", "indirizzo di /healthz e /metrics, come 127.0.0.1:9110; vuoto: nessuno", func(c *config) *string { return &c.Schedule.Listen }),
	word("schedule.textfile", "file di testo per Prometheus, scritto dopo ogni notte; vuoto: nessuno", func(c *config) *string { return &c.Schedule.Textfile }),
	{
		key: "schedule.ping", describe: "indirizzo da avvisare a ogni notte, con /start e /fail in coda (Healthchecks); vuoto: nessuno", mask: maskPing,
		get: func(c *config) any { return c.Schedule.Ping },
		set: func(c *config, v any) error { return setText(&c.Schedule.Ping, v) },
	},
}

func number[N int | int64](key, describe string, at func(*config) *N) setting {
	return setting{
		key: key, describe: describe,
		get: func(c *config) any { return *at(c) },
		set: func(c *config, v any) error {
			switch v := v.(type) {
			case int64:
				*at(c) = N(v)
				return nil
			case string: // from the environment
				n, err := strconv.ParseInt(v, 10, 64)
				if err != nil {
					return fmt.Errorf("%q is not a whole number", v)
				}
				*at(c) = N(n)
				return nil
			}
			return fmt.Errorf("%v is not a whole number", v)
		},
	}
}

func word(key, values string, at func(*config) *string) setting {
	return setting{
		key: key, describe: values,
		get: func(c *config) any { return *at(c) },
		set: func(c *config, v any) error { return setText(at(c), v) },
	}
}

func span(key, describe string, at func(*config) *time.Duration) setting {
	return setting{
		key: key, describe: describe,
		get: func(c *config) any { return at(c).String() },
		set: func(c *config, v any) error {
			var s string
			if err := setText(&s, v); err != nil {
				return err
			}
			d, err := time.ParseDuration(s)
			if err != nil {
				return fmt.Errorf("%q is not a time such as 90s, 2m or 1h30m", s)
			}
			*at(c) = d
			return nil
		},
	}
}

// setText refuses what TOML did not read as a string: a code without quotes would lose its zeros.
func setText(to *string, v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is not a text: write it between quotes", v)
	}
	*to = s
	return nil
}

// defaults gives the configuration of a home without a file.
func defaults() (config, error) {
	contracts, err := codici.Contracts()
	if err != nil {
		return config{}, fmt.Errorf("read contract types: %w", err)
	}
	return config{
		Partitions: night.DefaultPartitions,
		Workers:    runtime.GOMAXPROCS(0),
		Rules:      rules.Defaults(contracts),
		Inbox:      inbox.DefaultLimits(),
		Originals:  defaultOriginals,
		Lease:      defaultLease,
		Settle:     defaultSettle,
		Schedule:   scheduleConfig{Cron: defaultCron, CatchUp: schedule.DefaultCatchUp},
		GatesOn:    true,
		Gates:      gates.Defaults(),
		Sampling:   worklist.Sampling{Default: defaultSample},
		Console:    defaultConsole(),
	}, nil
}

// checkConfig is told of a fault in the configuration.
const checkConfig = "incrocio config check"

// loadConfig reads the configuration of a home and reports every fault at once. Errors end with [exitConfig].
func (a *app) loadConfig(flags map[string]any) (config, error) {
	c, err := defaults()
	if err != nil {
		return c, err
	}
	k := koanf.New(".")
	if err := a.gather(k, flags); err != nil {
		switch {
		case errors.Is(err, syscall.ENOTDIR):
			return c, a.errNoHome()
		case errors.Is(err, fs.ErrPermission):
			return c, &codeError{exitConfig, err, notAllowed}
		}
		return c, &codeError{exitConfig, err, checkConfig}
	}
	var errs []error
	for _, key := range k.Keys() {
		i := slices.IndexFunc(settings, func(s setting) bool { return s.key == key })
		if i < 0 {
			errs = append(errs, unknownKey(key))
			continue
		}
		if err := settings[i].set(&c, k.Get(key)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	errs = append(errs, c.validate())
	if err := errors.Join(errs...); err != nil {
		return c, &codeError{exitConfig, fmt.Errorf("configuration: %w", err), checkConfig}
	}
	return c, nil
}

// gather layers file, environment and flags.
func (a *app) gather(k *koanf.Koanf, flags map[string]any) error {
	path := filepath.Join(a.home, configFile)
	if _, err := os.Stat(path); err == nil {
		if err := k.Load(file.Provider(path), edited{toml.Parser()}); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read configuration: %w", err)
	}
	err := k.Load(env.Provider(".", env.Opt{Prefix: envPrefix, EnvironFunc: a.environ, TransformFunc: envKey}), nil)
	if err != nil {
		return fmt.Errorf("read environment: %w", err)
	}
	if err := k.Load(confmap.Provider(flags, "."), nil); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	return nil
}

// edited parses files that people edit: some editors put a byte order mark in front, or write UTF-16.
type edited struct{ koanf.Parser }

// Unmarshal parses a file.
func (e edited) Unmarshal(b []byte) (map[string]any, error) {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return nil, errors.New("it is in UTF-16; save it as UTF-8")
	}
	return e.Parser.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")))
}

// envKey names the key of a variable: INCROCIO_MATCH_PARTITIONS is match.partitions. A variable of no key keeps a name
// that is no key either, so that it is reported.
func envKey(name, value string) (string, any) {
	if name == envHome {
		return "", nil
	}
	for _, s := range settings {
		if name == envName(s.key) {
			return s.key, value
		}
	}
	return name, value
}

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func unknownKey(key string) error {
	var known []string
	for _, s := range settings {
		if strings.HasPrefix(key, envPrefix) {
			known = append(known, envName(s.key))
		} else {
			known = append(known, s.key)
		}
	}
	if near := nearest(key, known); near != "" {
		return fmt.Errorf("unknown key %s: did you mean %s?", key, near)
	}
	return fmt.Errorf("unknown key %s", key)
}

func (c *config) validate() error {
	var errs []error
	if u := c.DatabaseURL; u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		errs = append(errs, errors.New("database.url: not a postgres:// URL"))
	}
	if !match.ValidPartitions(c.Partitions) {
		errs = append(errs, fmt.Errorf("match.partitions: %d is not a power of two from 1 to %d", c.Partitions, match.MaxPartitions))
	}
	if c.Workers < 1 || c.Workers > 1024 {
		errs = append(errs, fmt.Errorf("match.workers: %d is not between 1 and 1024", c.Workers))
	}
	if c.Lease < time.Second || c.Lease > 24*time.Hour {
		errs = append(errs, fmt.Errorf("lock.lease: %s is not between 1s and 24h", c.Lease))
	}
	if c.Settle > 24*time.Hour {
		errs = append(errs, fmt.Errorf("inbox.settle: %s is over 24h", c.Settle))
	}
	errs = append(errs, c.Schedule.validate())
	if c.Originals < 1 || c.Originals > 36500 {
		errs = append(errs, fmt.Errorf("archive.originals: %d is not between 1 and 36500", c.Originals))
	}
	for _, s := range settings {
		if !strings.HasPrefix(s.key, "inbox.") {
			continue
		}
		if n := fmt.Sprint(s.get(c)); n == "0" || strings.HasPrefix(n, "-") {
			errs = append(errs, fmt.Errorf("%s: %s is not positive", s.key, n))
		}
	}
	return errors.Join(append(errs, c.validateGates(), c.validateWorklist(), c.Console.validate(), c.Rules.Validate())...)
}

// ruleParameters gives the switches of the rules as the manifest shows them.
func (c *config) ruleParameters() map[string]string {
	out := map[string]string{}
	for _, s := range settings {
		if name, ok := strings.CutPrefix(s.key, "rules."); ok {
			out[name] = fmt.Sprint(s.get(c))
		}
	}
	return out
}
