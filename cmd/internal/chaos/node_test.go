package chaos

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/honeyguide-chat/honeyguide/cmd/internal/child"
)

const (
	module    = "../../.." // from this package
	nodeStart = time.Minute
)

// buildServer builds the real program. It also looks at the whole module, so
// that "go test" does not take an old result for that of changed sources.
func buildServer(t testing.TB) string {
	t.Helper()
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != module && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "honeyguide")
	build := exec.Command("go", "build", "-o", binary, "./cmd/honeyguide")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// node is one server process behind its proxy, which keeps its address while
// the process comes and goes.
type node struct {
	*proxy
	name string
	args []string // the command line
	log  *os.File

	cmd    *exec.Cmd
	exited chan struct{} // closed when cmd has ended
}

// startNode starts a server on the store at redis. Its data folder is its own,
// the key of tokens everybody's.
func startNode(t testing.TB, binary, name, key, redis string) *node {
	t.Helper()
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	n := &node{
		proxy: startProxy(t), name: name, log: log,
		args: []string{binary, "serve", "--grpc=127.0.0.1:0", "--http=", "--data=" + dir, "--key-file=" + key, "--redis=redis://" + redis + "/0"},
	}
	t.Cleanup(func() {
		n.kill()
		_ = log.Close()
	})
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
	return n
}

// start runs the process and returns when it listens.
func (n *node) start() error {
	cmd := exec.Command(n.args[0], n.args[1:]...)
	cmd.Stderr, cmd.SysProcAttr = n.log, child.Attr()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	started, exited, addr := make(chan error, 1), make(chan struct{}), make(chan string, 1)
	go func() {
		defer close(exited)
		runtime.LockOSThread() // on Linux the node dies with the thread that started it
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n') // an empty line is no address
		addr <- line
		_, _ = io.Copy(io.Discard, lines)
		_ = cmd.Wait() // it is killed
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	n.cmd, n.exited = cmd, exited
	select {
	case line := <-addr:
		words := strings.Fields(line) // "gRPC on 127.0.0.1:1234, …"
		if len(words) < 3 {
			n.kill()
			return fmt.Errorf("%s says %q; its log:\n%s", n.name, line, n.tail())
		}
		n.lead(strings.TrimSuffix(words[2], ","))
		return nil
	case <-time.After(nodeStart):
		n.kill()
		return fmt.Errorf("%s does not listen; its log:\n%s", n.name, n.tail())
	}
}

// kill ends the process at once, whatever state it is in.
func (n *node) kill() {
	if n.cmd != nil {
		_ = n.cmd.Process.Kill() // the only error is that it has ended already
		<-n.exited
	}
}

func (n *node) signal(sig syscall.Signal) error { return n.cmd.Process.Signal(sig) }

// lines returns what the node has logged.
func (n *node) lines() []string {
	b, err := os.ReadFile(n.log.Name())
	if err != nil {
		return []string{err.Error()}
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func (n *node) tail() string {
	lines := n.lines()
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// complaints returns what no outage of the store explains: errors and panics.
func (n *node) complaints() []string {
	var found []string
	for _, line := range n.lines() {
		if strings.Contains(line, `"level":"ERROR"`) || strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") {
			found = append(found, n.name+": "+line)
		}
	}
	return found
}
