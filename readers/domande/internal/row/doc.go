// Package row judges rows of claims and hands them over, whatever source they come from, and reads the CSV source. It
// stands apart from its parent so that its fuzz target is built without the libraries of the other sources, whose
// instrumented code makes an execution hundreds of times slower.
package row
