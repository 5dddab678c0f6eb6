// Package backup writes a whole home into one file and reads it back. The file is a tar compressed with zstd: first a
// list of everything that follows, with size and SHA-256, then the files in that order. What is restored is compared
// with the list while it is written, so a damaged backup never becomes a home.
package backup
