package worksheet

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strings"
)

// container is an xlsx: parts in a zip (ECMA-376 part 2, Open Packaging Conventions).
type container struct {
	parts  map[string]*zip.File // by name in lower case: names of parts do not differ by case
	limits Limits
}

// harmful are pieces of names of parts that hold programs, objects, or links to something else.
var harmful = []string{
	"vbaproject", "vbadata", "/externallinks/", "/activex/", "/ctrlprops/", "/embeddings/", "/macrosheets/", "/dialogsheets/",
	"/querytables/", "/webextensions/", "/model/", "xl/connections.xml", "customui", "/customxml/item", "/attachedtoolbars",
}

// open looks a container over before anything of it is unpacked.
func open(r io.ReaderAt, size int64, limits Limits) (*container, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuse("il contenitore non è integro")
	}
	if len(z.File) > limits.Parts {
		return nil, refuse("contiene più di %d parti", limits.Parts)
	}
	c := &container{parts: map[string]*zip.File{}, limits: limits}
	all := int64(0)
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		switch {
		case f.Flags&1 != 0:
			return nil, refuse("è protetto da password")
		case c.parts[name] != nil:
			return nil, refuse("contiene due volte la stessa parte")
		case f.UncompressedSize64 > uint64(limits.Part):
			return nil, refuse("una parte supera %d byte", limits.Part)
		}
		if all += int64(f.UncompressedSize64); all > size*limits.Ratio+grace {
			return nil, refuse("si espande oltre %d volte", limits.Ratio)
		}
		for _, h := range harmful {
			if strings.Contains("/"+name, h) {
				return nil, refuse("contiene macro, oggetti o collegamenti esterni")
			}
		}
		c.parts[name] = f
	}
	return c, c.checkTypes()
}

// part begins to unpack a part; nil where it is not there.
func (c *container) part(name string) (*scanner, error) {
	f := c.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, refuse("il contenitore non è integro")
	}
	// Sizes in the directory were looked at; what comes is held to them. Reading to the end checks the checksum too.
	return newScanner(io.LimitReader(r, int64(f.UncompressedSize64)+1)), nil
}

// checkTypes refuses workbooks that say of themselves that they hold programs, and links out of the file other than those
// of texts that somebody typed.
func (c *container) checkTypes() error {
	types, err := c.part("[Content_Types].xml")
	if err != nil {
		return err
	}
	if types == nil {
		return refuse("non è una cartella di lavoro")
	}
	err = elements(types, func(s *scanner, name string) error {
		kind := strings.ToLower(s.attribute("ContentType"))
		for _, bad := range []string{"macroenabled", "vbaproject", "externallink", "oleobject", "activex", "binary.main"} {
			if strings.Contains(kind, bad) {
				return refuse("contiene macro, oggetti o collegamenti esterni")
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range c.parts {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		rels, err := c.relations(name)
		if err != nil {
			return err
		}
		for _, r := range rels {
			if r.external && !strings.HasSuffix(r.kind, "/hyperlink") {
				return refuse("contiene macro, oggetti o collegamenti esterni")
			}
		}
	}
	return nil
}

// relation is an arrow from one part to another.
type relation struct {
	id, kind, target string
	external         bool
}

// relations reads a part of relations; none where it is not there.
func (c *container) relations(name string) ([]relation, error) {
	data, err := c.part(name)
	if err != nil || data == nil {
		return nil, err
	}
	var all []relation
	err = elements(data, func(s *scanner, name string) error {
		if name == "Relationship" {
			all = append(all, relation{
				s.attribute("Id"), s.attribute("Type"), s.attribute("Target"), strings.EqualFold(s.attribute("TargetMode"), "External"),
			})
		}
		return nil
	})
	return all, err
}

// related gives the name of the part that a part is related to by id or, where id is "", by the end of the kind.
func (c *container) related(from, id, kind string) (string, error) {
	dir, base := path.Split(from)
	rels, err := c.relations(dir + "_rels/" + base + ".rels")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.external || id != "" && r.id != id || !strings.HasSuffix(r.kind, kind) {
			continue
		}
		if strings.HasPrefix(r.target, "/") {
			return path.Clean(r.target)[1:], nil
		}
		return path.Join(dir, r.target), nil
	}
	return "", nil
}

// elements calls start for every element of a part that begins.
func elements(s *scanner, start func(s *scanner, name string) error) error {
	for {
		k, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if k != startElement {
			continue
		}
		if err := start(s, s.name); err != nil {
			return err
		}
	}
}
