package domande

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
)

// limitSelf limits memory, processor time, files and core dumps. The memory limit is on the data segment
// (RLIMIT_DATA: heap and private writable maps, since Linux 4.7), because Go reserves far more address space than it
// uses and RLIMIT_AS would count that. Past it the runtime cannot grow and ends the process.
func limitSelf() error {
	debug.SetMemoryLimit(childHeap)
	for _, l := range []struct {
		what     string
		resource int
		value    uint64
	}{
		{"memory", syscall.RLIMIT_DATA, dataNow() + childMemory},
		{"processor time", syscall.RLIMIT_CPU, childCPU},
		{"file size", syscall.RLIMIT_FSIZE, 0},
		{"core dump", syscall.RLIMIT_CORE, 0},
	} {
		if err := lower(l.resource, l.value); err != nil {
			return limitError(l.what, err)
		}
	}
	return nil
}

// lower sets a limit, or leaves a lower one that is there.
func lower(resource int, value uint64) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(resource, &now); err != nil {
		return err
	}
	value = min(value, now.Max)
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: value, Max: value})
}

// dataNow gives what already counts against the limit: little in an ordinary program, gigabytes of shadow memory under
// the race detector. The sixth number of statm is data and stack, in pages. It is 0 where it cannot be read, and the
// limit then simply is tighter.
func dataNow() uint64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := bytes.Fields(b)
	if len(f) < 6 {
		return 0
	}
	pages, err := strconv.ParseUint(string(f[5]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}

// enlarge lets several frames wait in a pipe, so that who writes goes on while who reads works on those before. Where it may not, the
// pipe stays as it is.
func enlarge(pipe any) {
	f, ok := pipe.(syscall.Conn)
	if !ok {
		return
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	const setPipeSize = 1031 // F_SETPIPE_SZ
	_ = conn.Control(func(fd uintptr) { _, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, pipeSize) })
}

// pipeSize is how many bytes may wait: as many as Linux lets anybody have.
const pipeSize = 1 << 20
