package inbox_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"runtime"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// worker is the tax code of an invented person.
var worker = string(must(pipeline.CompleteCodiceFiscale("PNTLCU85C12F205")))

// good is a communication without fault: Lucio Ponti, hired by an invented firm. n goes into its code.
func good(n int) []byte {
	return fmt.Appendf(nil, `<UniLav xmlns="http://servizi.lavoro.gov.it/unilav" codiceComunicazione="1500014%09d" `+
		`dataInvio="2014-06-30T09:12:00+02:00" versione="CO140101"><DatoreLavoro codiceFiscale="01234567897" denominazione="Officine Prova"/>`+
		`<Lavoratore><AnagraficaCompleta><cognome>PONTI</cognome><nome>LUCIO</nome><codice-fiscale>%s</codice-fiscale>`+
		`<sesso>M</sesso><nascita><comune>F205</comune><data>1985-03-12</data></nascita></AnagraficaCompleta></Lavoratore>`+
		`<InizioRapporto dataInizio="2014-07-01" dataFine="2014-09-30" TipologiaContrattuale="A.02.00"><tipoOrario codice="F"/>`+
		`</InizioRapporto><TipoComunicazione>01</TipoComunicazione></UniLav>`, n, worker)
}

// with is a good document in which old is replaced by new; they must differ.
func with(old, replacement string) []byte {
	d := bytes.Replace(good(1), []byte(old), []byte(replacement), 1)
	if bytes.Equal(d, good(1)) {
		panic("not in the document: " + old)
	}
	return d
}

// inside is a good document with something more in its worker.
func inside(text string) []byte { return with("<sesso>", text+"<sesso>") }

// spaces writes size bytes of white space through a compressor, after head.
func spaces(head []byte, size int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(w.Write(head))
	for chunk := bytes.Repeat([]byte(" "), 1<<20); size > 0; size -= len(chunk) {
		must(w.Write(chunk))
	}
	ok(w.Close())
	return b.Bytes()
}

// zipBomb is a zip with a good entry on either side of one that deflates a gigabyte's 1,028th part.
func zipBomb() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, size := range []int{0, 128 << 20, 0} {
		f := must(w.Create(fmt.Sprintf("%d.xml", i)))
		must(f.Write(good(i)))
		for chunk := bytes.Repeat([]byte(" "), 1<<20); size > 0; size -= len(chunk) {
			must(f.Write(chunk))
		}
	}
	ok(w.Close())
	return b.Bytes()
}

// wideWindow is a zstd frame that asks for 128 MiB of history.
func wideWindow() []byte {
	var b bytes.Buffer
	w := must(zstd.NewWriter(&b, zstd.WithWindowSize(128<<20), zstd.WithEncoderConcurrency(1)))
	must(w.Write(good(1)))
	ok(w.Flush()) // so that the frame does not know its size
	must(w.Write(good(2)))
	ok(w.Close())
	return b.Bytes()
}

// manyEntries is a zip that says it has n entries, by its zip64 record, and has one.
func manyEntries(n uint64, doc []byte) []byte {
	one := zipped(entry{"a.xml", doc})
	end := bytes.Index(one, []byte("PK\x05\x06"))
	e := bytes.Clone(one[end:])
	le := binary.LittleEndian
	r := make([]byte, 56+20)
	le.PutUint32(r, 0x06064b50)
	le.PutUint64(r[4:], 44)
	le.PutUint64(r[24:], n)
	le.PutUint64(r[32:], n)
	le.PutUint64(r[40:], uint64(le.Uint32(e[12:])))
	le.PutUint64(r[48:], uint64(le.Uint32(e[16:])))
	le.PutUint32(r[56:], 0x07064b50)
	le.PutUint64(r[64:], uint64(end))
	le.PutUint16(e[8:], math.MaxUint16)
	le.PutUint16(e[10:], math.MaxUint16)
	return append(append(bytes.Clone(one[:end]), r...), e...)
}

// sparseTar is a tar with a file that is said to be a terabyte of nothing (pax, GNU sparse 1.0).
func sparseTar() []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	ok(w.WriteHeader(&tar.Header{Name: "a.xml", Typeflag: tar.TypeReg, Size: 512, Format: tar.FormatPAX, PAXRecords: map[string]string{
		"XYZ.sparse.major": "1", "XYZ.sparse.minor": "0", "XYZ.sparse.realsize": "1099511627776",
	}}))
	must(w.Write(append([]byte("1\n1099511627776\n0\n"), make([]byte, 512-18)...)))
	ok(w.Close())
	return bytes.ReplaceAll(b.Bytes(), []byte("XYZ.sparse"), []byte("GNU.sparse")) // which tar.Writer refuses to write
}

// header is a block of tar with its checksum right whatever else is in it.
func header(change func([]byte)) []byte {
	b := bytes.Clone(tarred(entry{"a.xml", good(1)})[:512])
	change(b)
	copy(b[148:156], "        ")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

// nested wraps a document n times in <a>.
func nested(n int) []byte {
	return inside(strings.Repeat("<a>", n) + strings.Repeat("</a>", n))
}

// hostile is the set of files that mean harm, or that an accident made look as if they did. Each is read with
// the parser of UNILAV.
var hostile = []struct {
	name     string // of the file
	build    func() []byte
	codes    []string // of the discards, in order
	accepted int
}{
	// nothing at all
	{"vuoto.xml", func() []byte { return nil }, codes(pipeline.DiscardEmpty), 0},
	{"bianco.xml", func() []byte { return repeat(" \n", 5000) }, codes(pipeline.DiscardEmpty), 0},
	{"solo-bom.xml", func() []byte { return []byte("\uFEFF") }, codes(pipeline.DiscardEmpty), 0},
	{"vuoto.jsonl", func() []byte { return []byte("\n\r\n \n") }, codes(pipeline.DiscardEmpty), 0},
	{"vuoto.xml.gz", func() []byte { return gzipped(nil) }, codes(pipeline.DiscardEmpty), 0},
	{"vuoto.tar", func() []byte { return tarred() }, codes(pipeline.DiscardEmpty), 0},
	{"vuoto.zip", func() []byte { return zipped() }, codes(pipeline.DiscardEmpty), 0},
	{"voce-vuota.zip", func() []byte { return zipped(entry{"a.xml", nil}, entry{"b.xml", good(1)}) }, codes(pipeline.DiscardEmpty), 1},

	// entities and what else reaches outside
	{"billion-laughs.xml", laughs, codes(pipeline.DiscardDTD), 0},
	{"quadratic.xml", func() []byte {
		return []byte(`<!DOCTYPE d [<!ENTITY a "` + strings.Repeat("a", 50000) + `">]><d>` + strings.Repeat("&a;", 50000) + `</d>`)
	}, codes(pipeline.DiscardDTD), 0},
	{"parameter-entity.xml", func() []byte {
		return append([]byte(`<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1/p.dtd">%p;]>`), good(1)...)
	}, codes(pipeline.DiscardDTD), 0},
	{"external-entity.xml", func() []byte {
		return append([]byte(`<?xml version="1.0"?><!DOCTYPE UniLav [<!ENTITY x SYSTEM "file:///etc/passwd">]>`), inside("<x>&x;</x>")...)
	}, codes(pipeline.DiscardDTD), 0},
	{"external-dtd.xml", func() []byte {
		return append([]byte(`<!DOCTYPE UniLav SYSTEM "ftp://127.0.0.1/u.dtd">`), good(1)...)
	}, codes(pipeline.DiscardDTD), 0},
	{"harmless-doctype.xml", func() []byte { return join(append([]byte("<!DOCTYPE UniLav>"), good(1)...), good(2)) }, codes(pipeline.DiscardDTD), 1},
	{"stylesheet.xml", func() []byte {
		return append([]byte(`<?xml-stylesheet type="text/xsl" href="http://127.0.0.1/s.xsl"?>`), good(1)...)
	}, codes(pipeline.DiscardMalformed), 0},
	{"xinclude.xml", func() []byte {
		return inside(`<include xmlns="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>`)
	}, codes(pipeline.DiscardMalformed), 0},
	{"undefined-entity.xml", func() []byte { return inside("&nbsp;") }, codes(pipeline.DiscardMalformed), 0},

	// size and number of everything
	{"depth-65.xml", func() []byte { return nested(65) }, codes(pipeline.DiscardDepth), 0},
	{"depth-100000.xml", func() []byte { return nested(100_000) }, codes(pipeline.DiscardDepth), 0},
	{"unclosed.xml", func() []byte { return repeat("<a>", 100_000) }, codes(pipeline.DiscardRoot), 0},
	{"unclosed-inside.xml", func() []byte { return append(good(1)[:400], repeat("<a>", 100_000)...) }, codes(pipeline.DiscardDepth), 0},
	{"unclosed-5-million.xml", func() []byte { return repeat("<a>", 5_000_000) }, codes(pipeline.DiscardTooLarge), 0},
	{"attribute-100-kB.xml", func() []byte { return inside(`<x a="` + strings.Repeat("v", 100_000) + `"/>`) }, codes(pipeline.DiscardTooLong), 0},
	{"attribute-100-MB.xml", func() []byte { return join(inside(`<x a="`+strings.Repeat("v", 100_000_000)+`"/>`), good(2)) }, codes(pipeline.DiscardTooLarge), 1},
	{"text-300-kB.xml", func() []byte { return inside("<x>" + strings.Repeat("t", 300_000) + "</x>") }, codes(pipeline.DiscardTooLong), 0},
	{"text-20-MB.xml", func() []byte { return inside("<x>" + strings.Repeat("t", 20_000_000) + "</x>") }, codes(pipeline.DiscardTooLarge), 0},
	{"comment-100-kB.xml", func() []byte { return inside("<!--" + strings.Repeat("c", 100_000) + "-->") }, codes(pipeline.DiscardTooLong), 0},
	{"instruction-100-kB.xml", func() []byte { return inside("<?p " + strings.Repeat("i", 100_000) + "?>") }, codes(pipeline.DiscardTooLong), 0},
	{"name-100-kB.xml", func() []byte { return inside("<" + strings.Repeat("n", 100_000) + "/>") }, codes(pipeline.DiscardTooLong), 0},
	{"attributes-33.xml", func() []byte { return inside("<x" + numberedAttributes(33) + "/>") }, codes(pipeline.DiscardAttributes), 0},
	{"attributes-100000.xml", func() []byte { return inside("<x" + numberedAttributes(100_000) + "/>") }, codes(pipeline.DiscardAttributes), 0},
	{"line-2-MB.jsonl", func() []byte { return append([]byte(`{"a":"`), append(repeat("x", 2_000_000), `"}`...)...) }, codes(pipeline.DiscardTooLong), 0},
	{"document-5-MB.json", func() []byte { return append([]byte(`{"a":"`), append(repeat("x", 5_000_000), `"}`...)...) }, codes(pipeline.DiscardTooLarge), 0},

	// XML that is none
	{"attribute-twice.xml", func() []byte { return inside(`<x a="1" a="2"/>`) }, codes(pipeline.DiscardAttributes), 0},
	{"attribute-twice-by-prefix.xml", func() []byte {
		return inside(`<x xmlns:p="urn:x" xmlns:q="urn:x" p:a="1" q:a="2"/>`)
	}, codes(pipeline.DiscardAttributes), 0},
	{"element-twice.xml", func() []byte { return inside("<cognome>ALTRI</cognome>") }, codes(pipeline.DiscardDuplicate), 0},
	{"no-namespace.xml", func() []byte { return with(` xmlns="http://servizi.lavoro.gov.it/unilav"`, "") }, codes(pipeline.DiscardNamespace), 0},
	{"wrong-namespace.xml", func() []byte { return with("gov.it/unilav", "gov.it/unisomm") }, codes(pipeline.DiscardNamespace), 0},
	{"namespace-twice.xml", func() []byte { return with(`<UniLav `, `<UniLav xmlns="http://servizi.lavoro.gov.it/unilav" `) }, codes(pipeline.DiscardAttributes), 0},
	{"unknown-root.xml", func() []byte { return []byte(`<UniMare xmlns="http://servizi.lavoro.gov.it/unilav"/>`) }, codes(pipeline.DiscardRoot), 0},
	{"undeclared-prefix.xml", func() []byte { return inside("<p:x/>") }, codes(pipeline.DiscardMalformed), 0},
	{"rubbish.xml", func() []byte { return []byte("non è un documento") }, codes(pipeline.DiscardMalformed), 0},
	{"rubbish-before.xml", func() []byte { return join([]byte("testo"), good(1)) }, codes(pipeline.DiscardMalformed), 1},
	{"rubbish-between.xml", func() []byte { return join(good(1), []byte("testo"), good(2)) }, codes(pipeline.DiscardMalformed), 2},
	{"rubbish-after.xml", func() []byte { return join(good(1), []byte("testo")) }, codes(pipeline.DiscardMalformed), 1},
	{"two-roots.xml", func() []byte { return append(good(1), good(2)...) }, nil, 2},
	{"nul.xml", func() []byte { return inside("\x00") }, codes(pipeline.DiscardMalformed), 0},
	{"control.xml", func() []byte { return with("LUCIO", "LUC\x1bIO") }, codes(pipeline.DiscardMalformed), 0},
	{"control-in-comment.xml", func() []byte { return inside("<!--\x01-->") }, codes(pipeline.DiscardMalformed), 0},
	{"reference-to-nul.xml", func() []byte { return inside("<x>&#0;</x>") }, codes(pipeline.DiscardMalformed), 0},
	{"reference-to-surrogate.xml", func() []byte { return inside("<x>&#xD800;</x>") }, codes(pipeline.DiscardMalformed), 0},
	{"hyphens-in-comment.xml", func() []byte { return inside("<!-- a -- b -->") }, codes(pipeline.DiscardMalformed), 0},
	{"open-character-data.xml", func() []byte { return inside("<![CDATA[") }, codes(pipeline.DiscardMalformed), 0},
	{"crossed-tags.xml", func() []byte { return inside("<x><y></x></y>") }, codes(pipeline.DiscardMalformed), 0},
	{"truncated.xml", func() []byte { return good(1)[:400] }, codes(pipeline.DiscardMalformed), 0},
	{"truncated-then-good.xml", func() []byte { return join(good(1)[:400], good(2)) }, codes(pipeline.DiscardMalformed), 1},

	// encodings
	{"utf-16.xml", func() []byte { return append([]byte("\xff\xfe"), wide(string(good(1)), 1, 0)...) }, codes(pipeline.DiscardEncoding), 0},
	{"utf-16-without-mark.xml", func() []byte { return wide(string(good(1)), 1, 1) }, codes(pipeline.DiscardEncoding), 0},
	{"latin-1-undeclared.xml", func() []byte { return join(with("PONTI", "PONT\xcc"), good(2)) }, codes(pipeline.DiscardEncoding), 1},
	{"latin-1-declared.xml", func() []byte {
		return append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), with("PONTI", "PONT\xcc")...)
	}, nil, 1},
	{"utf-8-declared-latin-1.xml", func() []byte {
		return append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), with("PONTI", "PONTÌ")...)
	}, codes(pipeline.DiscardEncoding), 0},
	{"utf-7.xml", func() []byte { return append([]byte(`<?xml version="1.0" encoding="UTF-7"?>`), good(1)...) }, codes(pipeline.DiscardEncoding), 0},
	{"overlong.xml", func() []byte { return with("LUCIO", "\xc1\x8cUCIO") }, codes(pipeline.DiscardEncoding), 0},

	// JSON that is none
	{"broken.json", func() []byte { return []byte(`{"modello":`) }, codes(pipeline.DiscardJSON), 0},
	{"deep.json", func() []byte { return append(repeat(`{"a":`, 100_000), repeat("}", 100_000)...) }, codes(pipeline.DiscardDepth), 0},
	{"number.jsonl", func() []byte { return []byte("1\nnull\n") }, codes(pipeline.DiscardJSON, pipeline.DiscardJSON), 0},

	// compression
	{"bomb.xml.gz", func() []byte { return spaces(nil, 256<<20) }, codes(pipeline.DiscardRatio), 0},
	{"good-then-bomb.xml.gz", func() []byte { return spaces(good(1), 256<<20) }, codes(pipeline.DiscardRatio), 1},
	{"bomb-in-text.xml.gz", func() []byte { return spaces(good(1)[:200], 256<<20) }, codes(pipeline.DiscardRatio), 0},
	{"bomb.xml.zst", func() []byte { return zstded(make([]byte, 64<<20)) }, codes(pipeline.DiscardRatio), 0},
	{"bomb.tar.gz", func() []byte { return gzipped(tarred(entry{"a.xml", good(1)}, entry{"b.xml", repeat(" ", 64<<20)})) }, codes(pipeline.DiscardRatio), 1},
	{"bomb.zip", zipBomb, codes(pipeline.DiscardRatio), 3},
	{"gz-in-gz.xml.gz.gz", func() []byte { return gzipped(gzipped(good(1))) }, codes(pipeline.DiscardNested), 0},
	{"gz-in-gz-bomb.gz", func() []byte { return gzipped(spaces(nil, 256<<20)) }, codes(pipeline.DiscardNested), 0},
	{"zst-in-gz.xml.gz", func() []byte { return gzipped(zstded(good(1))) }, codes(pipeline.DiscardNested), 0},
	{"gz-in-tar-gz.tar.gz", func() []byte {
		return gzipped(tarred(entry{"a.xml.gz", gzipped(good(1))}, entry{"b.xml", good(2)}))
	}, codes(pipeline.DiscardNested), 1},
	{"truncated.xml.gz", func() []byte { return half(gzipped(join(good(1), good(2), good(3)))) }, codes(pipeline.DiscardContainer), 0},
	{"header-only.xml.gz", func() []byte { return gzipped(nil)[:10] }, codes(pipeline.DiscardContainer), 0},
	{"no-gzip.xml.gz", func() []byte { return []byte("testo") }, codes(pipeline.DiscardContainer), 0},
	{"rubbish-after.xml.gz", func() []byte { return append(gzipped(good(1)), "testo che segue"...) }, codes(pipeline.DiscardContainer), 1},
	{"empty-members.xml.gz", func() []byte { return append(bytes.Repeat(gzipped(nil), 100_000), gzipped(good(1))...) }, nil, 1},
	{"wide-window.xml.zst", wideWindow, codes(pipeline.DiscardTooLarge), 0},
	{"truncated.xml.zst", func() []byte { return half(zstded(good(1))) }, codes(pipeline.DiscardContainer), 0},

	// zip
	{"overlapped.zip", func() []byte { return overlapped(1000) }, codes(pipeline.DiscardContainer), 0},
	{"entries-over-the-cap.zip", func() []byte { return manyEntries(100_001, good(1)) }, codes(pipeline.DiscardTooMany), 0},
	{"zip64-lies-about-entries.zip", func() []byte { return manyEntries(99_999, good(1)) }, codes(pipeline.DiscardContainer), 0},
	{"zip64-lies-beyond-measure.zip", func() []byte { return manyEntries(math.MaxUint64, good(1)) }, codes(pipeline.DiscardContainer), 0},
	{"zip64-lies-about-size.zip", func() []byte {
		return patch(zipOf(func(*zip.FileHeader) {}, entry{"a.xml", good(1)}), "PK\x01\x02", 0, 20, 0xff, 0xff, 0xff, 0xff)
	}, codes(pipeline.DiscardContainer), 0},
	{"zip64-field-lies.zip", func() []byte { return zip64(1 << 40) }, codes(pipeline.DiscardContainer), 0},
	{"zip64-field-negative.zip", func() []byte { return zip64(math.MaxUint64) }, codes(pipeline.DiscardContainer), 0},
	{"one-of-several-disks.zip", func() []byte { return patch(zipped(entry{"a.xml", good(1)}), "PK\x05\x06", 0, 4, 1) }, codes(pipeline.DiscardContainer), 0},
	{"names-twice.zip", func() []byte {
		return zipped(entry{"a.xml", good(1)}, entry{"a.xml", good(2)}, entry{"b.xml", good(3)})
	}, codes(pipeline.DiscardEntryName), 2},
	{"encrypted.zip", func() []byte {
		return zipOf(func(h *zip.FileHeader) { h.Flags |= uint16(len(h.Name) & 1) }, entry{"a.xml", good(1)}, entry{"bb.xml", good(2)})
	}, codes(pipeline.DiscardContainer), 1},
	{"unknown-method.zip", func() []byte { return zipOf(func(h *zip.FileHeader) { h.Method = 14 }, entry{"a.xml", good(1)}) }, codes(pipeline.DiscardContainer), 0},
	{"zip-in-zip.zip", func() []byte { return zipped(entry{"a.zip", zipped(entry{"a.xml", good(1)})}, entry{"b.xml", good(2)}) }, codes(pipeline.DiscardNested), 1},
	{"tar-in-zip.zip", func() []byte { return zipped(entry{"a.tar", tarred(entry{"a.xml", good(1)})}) }, codes(pipeline.DiscardNested), 0},
	{"zip-gz-in-zip.zip", func() []byte { return zipped(entry{"a.zip.gz", gzipped(zipped(entry{"a.xml", good(1)}))}) }, codes(pipeline.DiscardNested), 0},
	{"parent.zip", named("../a.xml"), codes(pipeline.DiscardEntryName), 0},
	{"parent-inside.zip", named("a/../../a.xml"), codes(pipeline.DiscardEntryName), 0},
	{"absolute.zip", named("/etc/a.xml"), codes(pipeline.DiscardEntryName), 0},
	{"drive.zip", named("C:a.xml"), codes(pipeline.DiscardEntryName), 0},
	{"backslash.zip", named(`..\a.xml`), codes(pipeline.DiscardEntryName), 0},
	{"newline.zip", named("a\n.xml"), codes(pipeline.DiscardEntryName), 0},
	{"right-to-left.zip", named("a\u202elmx.xml"), codes(pipeline.DiscardEntryName), 0},
	{"long-name.zip", named(strings.Repeat("n", 60_000)), codes(pipeline.DiscardEntryName), 0},
	{"link.zip", func() []byte { return withMode("a.xml", fs.ModeSymlink|0o777, []byte("/etc/passwd")) }, codes(pipeline.DiscardEntryName), 0},
	{"device.zip", func() []byte { return withMode("a.xml", fs.ModeDevice|fs.ModeCharDevice, nil) }, codes(pipeline.DiscardEntryName), 0},
	{"two-names.zip", func() []byte { return patch(zipped(entry{"a.xml", good(1)}), "a.xml", 0, 0, 'b') }, codes(pipeline.DiscardContainer), 0},
	{"wrong-checksum.zip", func() []byte {
		return zipOf(func(h *zip.FileHeader) { h.CRC32++ }, entry{"a.xml", good(1)}, entry{"b.xml", good(2)})
	}, codes(pipeline.DiscardContainer, pipeline.DiscardContainer), 0},
	{"short-size.zip", func() []byte { return patch(zipped(entry{"a.xml", good(1)}), "PK\x01\x02", 0, 24, 9, 0, 0, 0) }, codes(pipeline.DiscardContainer), 0},
	{"no-directory.zip", func() []byte {
		z := zipped(entry{"a.xml", good(1)}, entry{"b.xml", good(2)})
		return z[:bytes.Index(z, []byte("PK\x01\x02"))]
	}, codes(pipeline.DiscardContainer), 2},
	{"truncated.zip", func() []byte { return zipped(entry{"a.xml", good(1)}, entry{"b.xml", good(2)})[:600] }, codes(pipeline.DiscardContainer), 1},
	{"spreadsheet.zip", func() []byte {
		return zipped(entry{"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`)})
	}, codes(pipeline.DiscardRoot), 0},

	// tar
	{"parent.tar", func() []byte { return special(tar.TypeReg, "../a.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"absolute.tar", func() []byte { return special(tar.TypeReg, "/etc/a.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"link.tar", func() []byte { return special(tar.TypeSymlink, "b.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"hard-link.tar", func() []byte { return special(tar.TypeLink, "b.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"character-device.tar", func() []byte { return special(tar.TypeChar, "b.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"block-device.tar", func() []byte { return special(tar.TypeBlock, "b.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"fifo.tar", func() []byte { return special(tar.TypeFifo, "b.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"newline.tar", func() []byte { return special(tar.TypeReg, "b\n.xml") }, codes(pipeline.DiscardEntryName), 1},
	{"folder.tar", func() []byte { return special(tar.TypeDir, "b/") }, nil, 1},
	{"sparse.tar", sparseTar, codes(pipeline.DiscardEntryName), 0},
	{"terabyte.tar", func() []byte {
		return header(func(b []byte) { copy(b[124:], "\x80\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00") })
	}, codes(pipeline.DiscardContainer), 0},
	{"negative-size.tar", func() []byte {
		return header(func(b []byte) { copy(b[124:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") })
	}, codes(pipeline.DiscardContainer), 0},
	{"wrong-checksum.tar", func() []byte {
		return patch(tarred(entry{"a.xml", good(1)}, entry{"b.xml", good(2)}), "b.xml", 0, 0, 'c')
	}, codes(pipeline.DiscardContainer), 1},
	{"endless-header.tar", func() []byte {
		return append(header(func(b []byte) { b[156] = 'x'; copy(b[124:], "00077777777\x00") }), make([]byte, 16<<20)...)
	}, codes(pipeline.DiscardContainer), 0},
	{"tar-in-tar.tar", func() []byte { return tarred(entry{"a.tar", tarred(entry{"a.xml", good(1)})}, entry{"b.xml", good(2)}) }, codes(pipeline.DiscardNested), 1},
	{"zip-in-tar.tar", func() []byte { return tarred(entry{"a.zip", zipped(entry{"a.xml", good(1)})}) }, codes(pipeline.DiscardNested), 0},
	{"bomb-in-tar.tar", func() []byte { return tarred(entry{"a.xml.gz", spaces(nil, 64<<20)}, entry{"b.xml", good(2)}) }, codes(pipeline.DiscardRatio), 1},
	{"truncated.tar", func() []byte { return tarred(entry{"a.xml", good(1)}, entry{"b.xml", good(2)})[:2300] }, codes(pipeline.DiscardContainer), 1},

	// other kinds
	{"firmato.xml.p7m", func() []byte { return append([]byte{0x30, 0x82, 0x10, 0x00}, good(1)...) }, codes(pipeline.DiscardType), 0},
	{"firmato.xml", func() []byte { return append([]byte{0x30, 0x80}, good(1)...) }, codes(pipeline.DiscardType), 0},
	{"base64.p7m", func() []byte { return []byte("MIIGCSqGSIb3DQEHAqCC") }, codes(pipeline.DiscardType), 0},
	{"modulo.pdf", func() []byte { return []byte("%PDF-1.7\n") }, codes(pipeline.DiscardType), 0},
	{"elenco.csv", func() []byte { return []byte("codice_fiscale,data\n") }, codes(pipeline.DiscardType), 0},
	{"programma.xml", func() []byte { return []byte("MZ\x90\x00") }, codes(pipeline.DiscardType), 0},
	{"archivio.7z", func() []byte { return []byte("7z\xbc\xaf\x27\x1c\x00\x04") }, codes(pipeline.DiscardType), 0},
	{"pdf-in-zip.zip", func() []byte { return zipped(entry{"a.pdf", []byte("%PDF-1.7")}, entry{"a.xml", good(1)}) }, codes(pipeline.DiscardType), 1},
}

func codes(c ...string) []string { return c }

func half(b []byte) []byte { return b[:len(b)/2] }

// named is a zip of one entry of a name.
func named(name string) func() []byte {
	return func() []byte { return zipped(entry{name, good(1)}) }
}

func numberedAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="v"`, i)
	}
	return b.String()
}

func laughs() []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE UniLav [\n<!ENTITY lol \"lol\">\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "<!ENTITY lol%d \"%s\">\n", i, strings.Repeat(fmt.Sprintf("&lol%d;", max(i-1, 1)), 10))
	}
	b.WriteString("]>\n<UniLav>&lol9;</UniLav>")
	return []byte(b.String())
}

// hostileMemory is how many bytes reading one hostile file may allocate in all, freed or not.
const hostileMemory = 64 << 20

func TestHostileFiles(t *testing.T) {
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			data := c.build()
			box := open(t, home(t, map[string][]byte{"unilav/" + c.name: data}), inbox.Limits{}, unilav.Parse)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			k := read(t, box, c.name)
			runtime.ReadMemStats(&after)
			equal(t, "discards", k.codes(), c.codes)
			if len(k.docs) != c.accepted {
				t.Errorf("%d documents accepted, want %d", len(k.docs), c.accepted)
			}
			if k.digest.SHA256 != sum(data) || k.digest.Documents != int64(k.calls) || k.calls != len(c.codes)+c.accepted {
				t.Errorf("digest %+v after %d calls", k.digest, k.calls)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > hostileMemory {
				t.Errorf("%d MiB allocated", n>>20)
			}
			for i, d := range k.discards {
				if strings.Contains(d.Message, worker) || d.Message == "" || d.Flow != pipeline.FlowUnilav {
					t.Errorf("discard %d: %+v", i, d)
				}
			}
		})
	}
	if len(hostile) < 60 {
		t.Errorf("only %d files", len(hostile))
	}
}
