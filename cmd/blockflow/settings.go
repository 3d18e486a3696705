package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"blockflow/engine"
	"blockflow/runtime/server"
)

// settings are what an operator can decide about a server. Each is a flag of
// `blockflow serve`; the same name stands in the configuration file, and in the
// environment in capitals, BLOCKFLOW_HOOK_WAIT for hook-wait. A flag counts more
// than the environment, and that more than the file.
type settings struct {
	Address       string        `koanf:"addr"`
	Data          string        `koanf:"data"`
	SecureCookies bool          `koanf:"secure-cookies"`
	Concurrency   int           `koanf:"concurrency"`
	RunTimeout    time.Duration `koanf:"run-timeout"`
	RunSteps      int64         `koanf:"run-steps"`
	RunMemory     int64         `koanf:"run-memory"`
	HookWait      time.Duration `koanf:"hook-wait"`
	HookBytes     int64         `koanf:"hook-bytes"`
	KeepDays      int           `koanf:"keep-days"`
	KeepRuns      int           `koanf:"keep-runs"`
	Rate          float64       `koanf:"rate"`
	LogLevel      string        `koanf:"log-level"`
	LogFormat     string        `koanf:"log-format"`
	HTTPAllow     []string      `koanf:"http-allow"`
	Traces        string        `koanf:"traces"`
}

// settingFlags declares the flags with their defaults.
func settingFlags(f *pflag.FlagSet) {
	f.String("config", "", "configuration file in TOML; by default blockflow.toml in the data directory, if it is there")
	f.String("addr", "127.0.0.1:8080", "address to listen on; other machines reach it only if you say so here")
	f.String("data", ".blockflow", "data directory")
	f.Bool("secure-cookies", false, "mark cookies Secure, behind a proxy that speaks TLS")
	f.Int("concurrency", 256, "how many runs may run at a time")
	f.Duration("run-timeout", 5*time.Minute, "how long a run may run without being put away")
	f.Int64("run-steps", 0, "how many steps a run may take; 0 is the engine's default")
	f.Int64("run-memory", 0, "how many bytes the values of a run may hold; 0 is the engine's default")
	f.Duration("hook-wait", time.Minute, "how long a webhook's caller waits before it gets the run's address instead")
	f.Int64("hook-bytes", 1<<20, "largest body of a webhook in bytes")
	f.Int("keep-days", 30, "how many days ended runs are kept; 0 is for ever")
	f.Int("keep-runs", 100_000, "how many ended runs of a flow are kept; 0 is all")
	f.Float64("rate", 0, "requests a second that one address may send to the API and the webhooks, ten seconds' worth at once; 0 is no limit")
	f.String("log-level", "info", "debug, info, warn or error")
	f.String("log-format", "text", "text or json")
	f.String("traces", "", "address of an OpenTelemetry collector, such as http://localhost:4318; by default what OTEL_EXPORTER_OTLP_ENDPOINT says, or none")
	f.StringSlice("http-allow", nil, "private hosts, addresses or networks that flows may call, such as 10.1.0.0/16")
}

const envPrefix = "BLOCKFLOW_"

// readSettings puts file, environment and flags together.
func readSettings(f *pflag.FlagSet) (settings, error) {
	var s settings
	k := koanf.New("/")
	name, given, err := configFile(f)
	if err != nil {
		return s, err
	}
	if name != "" {
		if err := k.Load(file.Provider(name), toml.Parser()); err != nil && (given || !errors.Is(err, fs.ErrNotExist)) {
			return s, unusable("the configuration file %s can't be read: %s", name, plain(err))
		}
		for _, key := range k.Keys() {
			if f.Lookup(key) == nil || key == "config" {
				return s, unusable("the configuration file %s has the key %q, which doesn't mean anything", name, key)
			}
		}
	}
	known := func(name, value string) (string, any) {
		key := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, envPrefix)), "_", "-")
		if f.Lookup(key) == nil {
			return "", nil // other variables of ours, such as BLOCKFLOW_SECRET_…
		}
		if key == "http-allow" {
			return key, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		}
		return key, value
	}
	if err := k.Load(env.Provider("/", env.Opt{Prefix: envPrefix, TransformFunc: known}), nil); err != nil {
		return s, err
	}
	if err := k.Load(posflag.Provider(f, "/", k), nil); err != nil {
		return s, err
	}
	if err := k.Unmarshal("", &s); err != nil {
		return s, unusable("the settings can't be understood: %s", err)
	}
	return s, s.check()
}

// configFile says where the configuration is, and whether somebody asked for it.
func configFile(f *pflag.FlagSet) (name string, given bool, err error) {
	if name, err = f.GetString("config"); err != nil || name != "" {
		return name, true, err
	}
	if name = os.Getenv(envPrefix + "CONFIG"); name != "" {
		return name, true, nil
	}
	data, err := f.GetString("data")
	if fromEnv := os.Getenv(envPrefix + "DATA"); fromEnv != "" && !f.Changed("data") {
		data = fromEnv
	}
	return filepath.Join(data, "blockflow.toml"), false, err
}

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

func (s settings) check() error {
	if _, ok := levels[s.LogLevel]; !ok {
		return unusable("log-level must be debug, info, warn or error, not %q", s.LogLevel)
	}
	if !slices.Contains([]string{"text", "json"}, s.LogFormat) {
		return unusable("log-format must be text or json, not %q", s.LogFormat)
	}
	for name, n := range map[string]int64{
		"concurrency": int64(s.Concurrency) - 1, "run-timeout": int64(s.RunTimeout) - 1, "run-steps": s.RunSteps, "run-memory": s.RunMemory,
		"hook-wait": int64(s.HookWait) - 1, "hook-bytes": s.HookBytes - 1, "keep-days": int64(s.KeepDays), "keep-runs": int64(s.KeepRuns), "rate": int64(s.Rate),
	} {
		if n < 0 {
			return unusable("the setting %s is too small", name)
		}
	}
	return nil
}

// logger writes to the standard error stream.
func (s settings) logger() *slog.Logger {
	o := &slog.HandlerOptions{Level: levels[s.LogLevel]}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

func (s settings) limits() engine.Limits {
	return engine.Limits{Steps: s.RunSteps, Memory: s.RunMemory}
}

// live are the settings that a running server takes up anew.
func (s settings) live() server.Live {
	return server.Live{HookWait: s.HookWait, HookBytes: s.HookBytes, KeepDays: s.KeepDays, KeepRuns: s.KeepRuns, Rate: s.Rate}
}
