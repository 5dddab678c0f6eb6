package inbox_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Builders of files. They panic on what cannot happen, so that tables stay tables.

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ok(err error) {
	if err != nil {
		panic(err)
	}
}

// entry is an entry of a container, by name.
type entry struct {
	name string
	data []byte
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := must(gzip.NewWriterLevel(&b, gzip.BestCompression))
	must(w.Write(data))
	ok(w.Close())
	return b.Bytes()
}

func zstded(data []byte) []byte {
	w := must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)))
	defer w.Close()
	return w.EncodeAll(data, nil)
}

func tarred(entries ...entry) []byte {
	var h []tar.Header
	for _, e := range entries {
		h = append(h, tar.Header{Name: e.name, Typeflag: tar.TypeReg, Mode: 0o640, Size: int64(len(e.data))})
	}
	return tarOf(h, entries...)
}

// tarOf writes headers as they are; the i-th entry follows the i-th where it has data.
func tarOf(headers []tar.Header, entries ...entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range headers {
		ok(w.WriteHeader(&headers[i]))
		if i < len(entries) {
			must(w.Write(entries[i].data))
		}
	}
	ok(w.Close())
	return b.Bytes()
}

// special is a tar with one good communication and one entry of another type.
func special(flag byte, name string) []byte {
	return tarOf([]tar.Header{
		{Name: "a.xml", Typeflag: tar.TypeReg, Size: int64(len(good(1)))},
		{Name: name, Typeflag: flag, Linkname: "/etc/passwd"},
	}, entry{data: good(1)})
}

func zipped(entries ...entry) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f := must(w.Create(e.name))
		must(f.Write(e.data))
	}
	ok(w.Close())
	return b.Bytes()
}

// zipOf writes stored entries, each with its header changed by change and its sizes in its local header.
func zipOf(change func(*zip.FileHeader), entries ...entry) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Store}
		h.CompressedSize64, h.UncompressedSize64 = uint64(len(e.data)), uint64(len(e.data))
		h.CRC32 = crc(e.data)
		change(h)
		f := must(w.CreateRaw(h))
		must(f.Write(e.data))
	}
	ok(w.Close())
	return b.Bytes()
}

// withMode is a zip of one entry with a Unix mode.
func withMode(name string, mode fs.FileMode, data []byte) []byte {
	return zipOf(func(h *zip.FileHeader) { h.SetMode(mode) }, entry{name, data})
}

// patch changes bytes at the n-th place, from 0, where sig stands.
func patch(data []byte, sig string, n, at int, with ...byte) []byte {
	data = bytes.Clone(data)
	i := 0
	for ; n >= 0; n-- {
		i += bytes.Index(data[i:], []byte(sig)) + 1
	}
	copy(data[i-1+at:], with)
	return data
}

// overlapped is a zip whose n directory entries all point at the one local header there is.
func overlapped(n int) []byte {
	one := zipOf(func(*zip.FileHeader) {}, entry{"a.xml", docA})
	dir := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	header := one[dir:end]
	out := append(bytes.Clone(one[:dir]), bytes.Repeat(header, n)...)
	e := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(e[8:], uint16(n))
	binary.LittleEndian.PutUint16(e[10:], uint16(n))
	binary.LittleEndian.PutUint32(e[12:], uint32(n*len(header)))
	return append(out, e...)
}

// zip64 is a zip whose one entry gives its size in the zip64 field alone; the field says size.
func zip64(size uint64) []byte {
	field := binary.LittleEndian.AppendUint64([]byte{1, 0, 16, 0}, size)
	field = binary.LittleEndian.AppendUint64(field, uint64(len(docA)))
	z := zipOf(func(h *zip.FileHeader) { h.Extra = field }, entry{"a.xml", docA})
	return patch(z, "PK\x01\x02", 0, 20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
}

// undirected is a zip that was cut before its directory.
func undirected(entries ...entry) []byte {
	z := zipped(entries...)
	return z[:bytes.Index(z, []byte("PK\x01\x02"))]
}

// Documents that are good whoever looks at them, as XML.
var (
	docA = []byte(`<?xml version="1.0" encoding="UTF-8"?><d n="1"><t>uno</t></d>`)
	docB = []byte(`<?xml version='1.0'?><d n="2"><t>perché</t></d>`)
	docC = []byte(`<d n="3"/>`)
)

func join(parts ...[]byte) []byte { return bytes.Join(parts, []byte("\n")) }

func repeat(s string, n int) []byte { return []byte(strings.Repeat(s, n)) }
