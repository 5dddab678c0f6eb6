package unilav

import (
	"bytes"
	"unicode/utf8"

	"incrocio/pipeline"
)

// json reads the JSON twin: an envelope with modello.tipoModello and modello.payload, in any order.
func (p *parser) json(data []byte) *fault {
	j := jsonReader{data: data}
	switch {
	case !utf8.Valid(data):
		return &fault{pipeline.DiscardEncoding, "byte che non sono UTF-8"}
	case bytes.HasPrefix(data, []byte("\uFEFF")):
		j.pos = len("\uFEFF")
	}
	var model, kind, payload span
	f := j.object(func(name []byte) *fault {
		if string(name) != "modello" {
			return j.skip()
		}
		return j.once(&model, name)
	})
	if f == nil {
		f = j.atEnd()
	}
	if f == nil {
		f = j.inside(model, "modello", func(name []byte) *fault {
			switch string(name) {
			case "tipoModello":
				return j.once(&kind, name)
			case "payload":
				return j.once(&payload, name)
			}
			return j.skip()
		})
	}
	if f != nil {
		return f
	}
	if p.layout, f = j.layout(kind); f != nil {
		return f
	}
	if payload.end == 0 {
		return j.bad("manca modello.payload")
	}
	j.pos = payload.start
	return p.object(&j, p.layout.root)
}

// layout finds the model that the envelope names.
func (j *jsonReader) layout(kind span) (*layout, *fault) {
	if kind.end == 0 {
		return nil, &fault{pipeline.DiscardRoot, "manca modello.tipoModello"}
	}
	j.pos = kind.start
	name, _, f := j.scalar()
	if f != nil {
		return nil, f
	}
	for _, l := range layouts {
		if l.kind == string(name) {
			return l, nil
		}
	}
	return nil, &fault{pipeline.DiscardRoot, "modello.tipoModello di nessun modello conosciuto"}
}

// object reads the object of a node. A name may come once, also one that is not kept.
func (p *parser) object(j *jsonReader, n *node) *fault {
	var names [][]byte
	f := j.object(func(name []byte) *fault {
		for _, other := range names {
			if bytes.Equal(name, other) {
				return &fault{pipeline.DiscardDuplicate, "nome ripetuto in un oggetto JSON"}
			}
		}
		if names = append(names, name); len(names) > maxJSONMembers {
			return &fault{pipeline.DiscardTooMany, "troppi nomi in un oggetto JSON"}
		}
		return p.member(j, n, name)
	})
	if f == nil {
		p.leave(n)
	}
	return f
}

func (p *parser) member(j *jsonReader, n *node, name []byte) *fault {
	for _, leaves := range [2][]leaf{n.attrs, n.leaves} {
		for i := range leaves {
			if leaves[i].json != string(name) {
				continue
			}
			value, null, f := j.scalar()
			if f != nil || null {
				return f
			}
			return p.set(&leaves[i], value)
		}
	}
	for _, c := range n.nodes {
		if c.json == string(name) {
			return p.children(j, c)
		}
	}
	return j.skip()
}

// children reads one node, or an array of nodes of which there may be many. null is none.
func (p *parser) children(j *jsonReader, n *node) *fault {
	switch c := j.peek(); {
	case c == 'n':
		return j.skip()
	case c != '[' || !n.many:
		if f := p.enter(n); f != nil {
			return f
		}
		return p.object(j, n)
	}
	return j.array(func() *fault {
		if f := p.enter(n); f != nil {
			return f
		}
		return p.object(j, n)
	})
}
