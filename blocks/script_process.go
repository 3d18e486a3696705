package blocks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"time"

	"blockflow/engine"
)

// ScriptWorker is the environment variable with which a program is asked to be
// the process that one piece of custom code runs in: see [ServeScript].
const ScriptWorker = "BLOCKFLOW_SCRIPT_WORKER"

// Scripts says how custom code is run: by starting Command with nothing in its
// environment but [ScriptWorker]. Without a command there is no custom code.
type Scripts struct {
	Command []string
}

const (
	scriptTime   = 5 * time.Second
	scriptAnswer = 4 << 20 // bytes
)

type scriptRequest struct {
	Code  string          `json:"code"`
	Names json.RawMessage `json:"names"`
	Heap  json.RawMessage `json:"heap"`
}

// ThisProgram runs custom code in processes of the program that is running,
// which calls [ServeScript] when it is asked to.
func ThisProgram() Scripts {
	path, err := os.Executable()
	if err != nil {
		return Scripts{}
	}
	return Scripts{Command: []string{path}}
}

func (s Scripts) run(ctx context.Context, request []byte) ([]byte, error) {
	if len(s.Command) == 0 {
		return nil, engine.Fail(ScriptFailed, "Custom code can't be run here.")
	}
	within, cancel := context.WithTimeout(ctx, scriptTime)
	defer cancel()
	c := exec.CommandContext(within, s.Command[0], s.Command[1:]...)
	out := &bounded{left: scriptAnswer}
	c.Stdin, c.Stdout = bytes.NewReader(request), out
	c.Env = []string{ScriptWorker + "=1", "GOTRACEBACK=none"} // no secret of this process's
	c.Dir = os.TempDir()
	c.WaitDelay = time.Second
	confine(c)
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case within.Err() != nil:
		return nil, engine.Fail(ScriptFailed, "The code took longer than %d seconds.", int(scriptTime.Seconds()))
	case out.left < 0:
		return nil, engine.Fail(engine.LimitOutcome, "The code's answer is longer than %d bytes.", scriptAnswer)
	case errors.As(err, new(*exec.ExitError)):
		return nil, engine.Fail(ScriptFailed, "The code needed more memory or more time than it may have.")
	case err != nil:
		return nil, err
	}
	return out.kept.Bytes(), nil
}

// bounded keeps what is written up to a number of bytes.
type bounded struct {
	kept bytes.Buffer // not embedded: its ReadFrom would know no bound
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("too long")
	}
	return b.kept.Write(p)
}
