package domande_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/readers/domande"
)

// givenPages is a column of a file as pages that are there already.
type givenPages struct {
	pages []file.Page
	at    int
}

func (p *givenPages) SetMaxPageHeaderSize(int) {}
func (p *givenPages) Page() file.Page          { return p.pages[p.at-1] }
func (p *givenPages) Err() error               { return nil }
func (p *givenPages) Reset(parquet.BufferedReader, int64, compress.Compression, *file.CryptoContext) {
}

func (p *givenPages) Next() bool {
	p.at++
	return p.at <= len(p.pages)
}

// pagesOf makes pages of bytes: for each what it is, its values, its encodings, the bytes of its levels, its bytes.
func pagesOf(data []byte) (out []file.Page, rows int64) {
	encodings := []parquet.Encoding{
		parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLEDict, parquet.Encodings.DeltaByteArray,
	}
	levels := []parquet.Encoding{parquet.Encodings.RLE, parquet.Encodings.BitPacked, parquet.Encodings.Plain}
	for len(data) >= 5 && len(out) < 4 {
		n, e, l := int32(data[1]), encodings[data[2]%4], int32(data[3])
		size := min(int(data[4]), len(data)-5)
		body := memory.NewBufferBytes(slices.Clone(data[5 : 5+size]))
		switch data[0] % 3 {
		case 0:
			out = append(out, file.NewDictionaryPage(body, n, e))
		case 1:
			out = append(out, file.NewDataPageV1(body, n, e, levels[l%3], parquet.Encodings.RLE, int32(size)))
			rows += int64(n)
		case 2:
			out = append(out, file.NewDataPageV2(body, n, 0, n, e, l, 0, int32(size), false))
			rows += int64(n)
		}
		data = data[5+size:]
	}
	return out, rows
}

// FuzzPages reads pages of any bytes: nothing stops the reader, and what it and the library can both read is the same.
func FuzzPages(f *testing.F) {
	f.Add([]byte{0, 2, 0, 0, 9, 1, 0, 0, 0, 'A', 0, 0, 0, 0, 1, 9, 2, 0, 9, 2, 0, 0, 0, 18, 1, 1, 3, 0xaa, 0xaa}, true)
	f.Add([]byte{0, 3, 1, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 4, 1, 0, 3, 2, 8, 2}, false)
	f.Add([]byte{2, 3, 0, 2, 12, 3, 0x05, 2, 0, 0, 0, 'A', 'B', 0, 0, 0, 0}, true)
	f.Add([]byte{1, 9, 0, 1, 14, 0x21, 1, 1, 0, 0, 0, 'A', 0, 0, 0, 0, 0, 0, 0, 0}, true)
	f.Fuzz(func(t *testing.T, data []byte, optional bool) {
		for _, physical := range []parquet.Type{parquet.Types.ByteArray, parquet.Types.Int32, parquet.Types.Int64} {
			pages, rows := pagesOf(data)
			got, err := domande.ReadPages(&givenPages{pages: pages}, physical, optional, rows)
			if err != nil {
				continue
			}
			pages, _ = pagesOf(data)
			want, err := fromLibrary(&givenPages{pages: pages}, physical, optional, rows)
			if err == nil && !slices.Equal(want, got) {
				t.Fatalf("%s: %q, the library %q", physical, got, want)
			}
		}
	})
}

// fromLibrary reads a column as the library does.
func fromLibrary(pages file.PageReader, physical parquet.Type, optional bool, rows int64) (out []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	repetition, level := parquet.Repetitions.Required, int16(0)
	if optional {
		repetition, level = parquet.Repetitions.Optional, 1
	}
	node, err := schema.NewPrimitiveNode("x", repetition, physical, -1, -1)
	if err != nil {
		return nil, err
	}
	pool := &sync.Pool{New: func() any { return memory.NewResizableBuffer(memory.NewGoAllocator()) }}
	c := file.NewColumnReader(schema.NewColumn(node, level, 0), pages, memory.NewGoAllocator(), pool)
	return domande.ReadLibraryColumn(c, optional, rows)
}

// A file is read the same whether its pages are decoded here or by the library.
func TestPagesAsLibrary(t *testing.T) {
	all := goodRows(1100)
	rapid.Check(t, func(rt *rapid.T) {
		rows := slices.Clone(all[:rapid.SampledFrom([]int{0, 1, 7, 50, 51, 52, 53, 1100}).Draw(rt, "rows")])
		for column := range header {
			if share := rapid.SampledFrom([]int{0, 0, 1, 2, 9, 100}).Draw(rt, "nulls of "+header[column]); share > 0 && header[column] != "numero_domanda" {
				for i := range rows {
					if i*i%100 < share*share || i%share == 0 {
						rows[i][column] = ""
					}
				}
			}
		}
		l := plain
		l.dict, l.v2, l.group = rapid.Bool().Draw(rt, "dictionary"), rapid.Bool().Draw(rt, "version 2"), rapid.SampledFrom([]int{40, 5000}).Draw(rt, "group")
		l.codec = rapid.SampledFrom([]compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy}).Draw(rt, "codec")
		l.amount = rapid.SampledFrom([]parquet.Type{parquet.Types.Int32, parquet.Types.Int64, parquet.Types.ByteArray}).Draw(rt, "amount")
		data := l.parquetBytes(t, rows)
		here, err := domande.ReadColumns(data, true)
		library, lerr := domande.ReadColumns(data, false)
		if diff := gocmp.Diff(library, here); diff != "" || errors.Join(err, lerr) != nil {
			rt.Fatalf("%v, %v: %s", err, lerr, diff)
		}
	})
}
