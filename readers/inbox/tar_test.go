package inbox_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"incrocio/readers/inbox"
)

// entryReader is what both readers of a tar have in common.
type entryReader interface {
	io.Reader
	Next() (*tar.Header, error)
}

// listed writes one line for each entry of a tar, with as much of it as is read, and the error at the end.
func listed(r entryReader, most int64) (lines []string) {
	for {
		h, err := r.Next()
		if err != nil {
			return append(lines, fmt.Sprint(err))
		}
		body, err := io.ReadAll(io.LimitReader(r, most))
		lines = append(lines, fmt.Sprintf("%q %c %d %q %v", h.Name, h.Typeflag, h.Size, body, err))
		if err != nil {
			return lines
		}
	}
}

// agreeOnTar holds the reader of tars against archive/tar.
func agreeOnTar(t rapid.TB, data []byte, most int64) (plain bool) {
	t.Helper()
	for name, through := range map[string]func(io.Reader) io.Reader{
		"whole": func(r io.Reader) io.Reader { return r }, "one byte": iotest.OneByteReader, "data+EOF": iotest.DataErrReader,
		"broken": func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(errors.New("broken"))) },
	} {
		own := inbox.NewTarReader(through(bytes.NewReader(data)))
		got, want := listed(own, most), listed(tar.NewReader(through(bytes.NewReader(data))), most)
		if !slices.Equal(got, want) {
			t.Fatalf("%s:\ngot  %q\nwant %q", name, got, want)
		}
		plain = own.Plain()
	}
	return plain
}

// anyTar writes some entries, most of them plain.
func anyTar(t *rapid.T) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for range rapid.IntRange(0, 4).Draw(t, "entries") {
		h := tar.Header{
			Typeflag: rapid.SampledFrom([]byte{tar.TypeReg, tar.TypeReg, tar.TypeReg, tar.TypeDir, tar.TypeSymlink, tar.TypeXGlobalHeader}).Draw(t, "type"),
			Name:     rapid.SampledFrom([]string{"a.xml", "d/", "d/e.xml", strings.Repeat("n", 99), strings.Repeat("n", 100), strings.Repeat("n/", 70) + "x", "è.xml"}).Draw(t, "name"),
			Format:   rapid.SampledFrom([]tar.Format{tar.FormatUnknown, tar.FormatUSTAR, tar.FormatGNU, tar.FormatPAX}).Draw(t, "format"),
			Mode:     0o640, Uid: 1000, ModTime: time.Unix(1_400_000_000, rapid.SampledFrom([]int64{0, 5e8}).Draw(t, "fraction")),
		}
		body := bytes.Repeat([]byte("x"), rapid.SampledFrom([]int{0, 1, 511, 512, 513, 1500}).Draw(t, "size"))
		switch h.Typeflag {
		case tar.TypeReg:
			h.Size = int64(len(body))
		case tar.TypeXGlobalHeader:
			h = tar.Header{Typeflag: h.Typeflag, PAXRecords: map[string]string{"comment": "c"}}
		}
		if w.WriteHeader(&h) == nil && h.Size > 0 {
			must(w.Write(body))
		}
	}
	w.Close() // fails after a header that cannot be written; what is there will do
	return b.Bytes()
}

// TestTarAsTheLibrary: whatever the archive, and wherever it was cut or changed, entries and errors are those of
// archive/tar.
func TestTarAsTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := anyTar(t)
		most := rapid.SampledFrom([]int64{1 << 20, 0, 100, 512}).Draw(t, "read")
		agreeOnTar(t, data, most)
		if len(data) == 0 {
			return
		}
		agreeOnTar(t, data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")], most)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, min(len(data)-1, 1023)).Draw(t, "at")
			data[at] = rapid.OneOf(rapid.SampledFrom([]byte("\x00 07/8\xff-")), rapid.Byte()).Draw(t, "byte")
		}
		if rapid.Bool().Draw(t, "sum") {
			resum(data)
		}
		agreeOnTar(t, data, most)
	})
}

// resum puts the right checksum into the first header.
func resum(data []byte) {
	if len(data) < 512 {
		return
	}
	copy(data[148:156], "        ")
	sum := 0
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:156], fmt.Sprintf("%06o\x00 ", sum))
}

// TestPlainTar: the tars that there are need no help, up to their end.
func TestPlainTar(t *testing.T) {
	for name, format := range map[string]tar.Format{"unknown": tar.FormatUnknown, "ustar": tar.FormatUSTAR, "gnu": tar.FormatGNU} {
		data := tarOf([]tar.Header{
			{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o750, Format: format},
			{Name: "d/a.xml", Typeflag: tar.TypeReg, Size: 3, Mode: 0o640, ModTime: time.Unix(1_400_000_000, 0), Uname: "root", Format: format},
			{Name: "d/b.xml", Typeflag: tar.TypeReg, Format: format},
		}, entry{}, entry{data: []byte("<a>")})
		if !agreeOnTar(t, data[:len(data)-1024], 1<<20) {
			t.Errorf("%s: left to archive/tar", name)
		}
	}
}

func FuzzTar(f *testing.F) {
	f.Add(tarred(entry{"a.xml", docA}, entry{"b.xml", docB}))
	f.Add(special(tar.TypeSymlink, "a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		agreeOnTar(t, data, 1<<20)
		resum(data)
		agreeOnTar(t, data, 100)
	})
}
