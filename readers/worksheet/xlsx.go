package worksheet

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
)

// readXLSX reads the sheet of the list, or the first where none has its name.
func (t *sheet) readXLSX(r io.ReaderAt, size int64) error {
	c, err := open(r, size, t.limits)
	if err != nil {
		return err
	}
	book, err := c.related("", "", "/officeDocument")
	if err != nil {
		return err
	}
	id, err := t.book(c, book)
	if err != nil {
		return err
	}
	x := &sheetXML{sheet: t}
	if x.shared, err = sharedTexts(c, book, t.limits); err != nil {
		return err
	}
	name, err := c.related(book, id, "/worksheet")
	if err != nil {
		return err
	}
	data, err := c.part(name)
	if err != nil {
		return err
	}
	if name == "" || data == nil {
		return refuse("non è una cartella di lavoro")
	}
	if err := x.read(data); err != nil {
		return err
	}
	return t.finish()
}

// book reads the workbook: the relation of the sheet to read, and from when its dates count.
func (t *sheet) book(c *container, name string) (id string, err error) {
	data, err := c.part(name)
	if err != nil {
		return "", err
	}
	if name == "" || data == nil {
		return "", refuse("non è una cartella di lavoro")
	}
	t.epoch = int(pipeline.MustDate("1899-12-30").UnixDays())
	named := false
	err = elements(data, func(s *scanner, element string) error {
		switch element {
		case "workbookPr":
			if v := s.attribute("date1904"); v == "1" || v == "true" {
				t.epoch = int(pipeline.MustDate("1904-01-01").UnixDays())
			}
		case "sheet":
			if !named && (id == "" || strings.EqualFold(s.attribute("name"), workbook.SheetName)) {
				id = s.attribute("id")
				named = strings.EqualFold(s.attribute("name"), workbook.SheetName)
			}
		}
		return nil
	})
	if err == nil && id == "" {
		err = refuse("non è una cartella di lavoro")
	}
	return id, err
}

// sharedTexts reads the texts that cells refer to by number.
func sharedTexts(c *container, book string, limits Limits) ([]string, error) {
	name, err := c.related(book, "", "/sharedStrings")
	if err != nil || name == "" {
		return nil, err
	}
	s, err := c.part(name)
	if err != nil || s == nil {
		return nil, err
	}
	var all []string
	for {
		kind, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case kind == startElement && s.name == "si":
			text, err := richText(s, limits)
			if err != nil {
				return nil, err
			}
			all = append(all, text)
		}
	}
}

// richText gathers the text of the element that has just begun: its own and that of its runs (t), without what says how
// to pronounce it (rPh). Of one that is too long it gathers enough to see that it is.
func richText(s *scanner, limits Limits) (string, error) {
	var b strings.Builder
	depth, skip, take := s.depth, 0, false
	for {
		kind, err := s.next()
		if err != nil {
			return "", err
		}
		name := s.name
		switch kind {
		case startElement:
			take = name == "t"
			if name == "rPh" {
				skip++
			}
		case endElement:
			take = false
			if name == "rPh" {
				skip--
			}
			if s.depth < depth {
				return unescaped(b.String()), nil
			}
		case text:
			if take && skip == 0 && b.Len() <= 12*limits.Cell {
				b.Write(s.chars)
			}
		}
	}
}

// unescaped takes the escapes of ECMA-376 (part 1, 22.9.2.19) back: _x0001_ is U+0001. Two escapes side by side that are
// the halves of one character beyond U+FFFF are that.
func unescaped(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, ok := escape(s[i:])
		if !ok {
			b.WriteByte(s[i])
			i++
			continue
		}
		i += escapeSize
		if low, ok := escape(s[i:]); ok && r >= 0xd800 && r < 0xdc00 && low >= 0xdc00 && low < 0xe000 {
			r = (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
			i += escapeSize
		}
		b.WriteRune(r)
	}
	return b.String()
}

const escapeSize = len("_xHHHH_")

func escape(s string) (rune, bool) {
	if len(s) < escapeSize || s[0] != '_' || s[1] != 'x' || s[6] != '_' || strings.Trim(s[2:6], "0123456789abcdefABCDEF") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
