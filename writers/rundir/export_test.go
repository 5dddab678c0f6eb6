package rundir

// The file system that publishing works on, for tests that make it fail.
type (
	Disk     = disk
	Handle   = handle
	RealDisk = realDisk
)

// BeginOn is Begin on a file system of the test's.
var BeginOn = begin
