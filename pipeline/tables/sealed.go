package tables

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// SealedCommunication is a communication as the archive keeps it, encoded once, when it is taken in: a row of
// [CommunicationRows] that ends with its digest. Key is that of its worker, for who sorts; a row that is read has none.
type SealedCommunication struct {
	Key uint64
	Row string
}

// SealedCommunications are sorted in the order of the archive, which is that of [CommunicationsByKey]. They are not
// published.
var SealedCommunications = &table.Table[SealedCommunication]{
	Name: Communications.Name,
	Columns: []table.Column[SealedCommunication]{{
		Name: "riga", Kind: table.Text, NotNull: true,
		Get: func(r *SealedCommunication) table.Value { return table.Value{Str: r.Row} },
		Set: func(r *SealedCommunication, v table.Value) { r.Row, r.Key = v.Str, 0 },
	}},
	Compare: compareSealed,
}

// Sealed seals a communication.
func Sealed(c *pipeline.Communication) SealedCommunication {
	key := c.Worker.Key()
	return SealedCommunication{key, string(SealRow(nil, c, key))}
}

// sealSize is how many bytes of the digest a sealed row ends with.
const sealSize = 8

// SealRow appends a communication, whose worker has that key, as a row of the archive. The digest at its end covers the key,
// too: a row that is fetched alone is known to be the one that was looked for.
func SealRow(b []byte, c *pipeline.Communication, key uint64) []byte {
	from := len(b)
	b = binary.LittleEndian.AppendUint64(b, key)
	b = appendCommunication(b, c)
	sum := sha256.Sum256(b[from:])
	n := copy(b[from:], b[from+8:])
	return append(b[:from+n], sum[:sealSize]...)
}

// OpenRow reads a sealed row that was found under a key. layout is how the file says that its rows are. It returns
// [table.ErrBlock] for a row that was damaged or is another's.
func OpenRow(row []byte, key uint64, layout *table.Table[pipeline.Communication], into *pipeline.Communication) error {
	if len(row) < sealSize {
		return fmt.Errorf("%w: a row of %d bytes", table.ErrBlock, len(row))
	}
	body, seal := row[:len(row)-sealSize], row[len(row)-sealSize:]
	if want := sealOf(key, body); string(seal) != string(want[:]) {
		return fmt.Errorf("%w: a row that differs from its digest", table.ErrBlock)
	}
	rest, err := layout.Next(body, into)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", table.ErrBlock, len(rest))
	}
	return err
}

func sealOf(key uint64, body []byte) (seal [sealSize]byte) {
	h := sha256.New()
	var k [8]byte
	binary.LittleEndian.PutUint64(k[:], key)
	h.Write(k[:])
	h.Write(body)
	var sum [sha256.Size]byte
	copy(seal[:], h.Sum(sum[:0]))
	return seal
}

// Places of columns of [CommunicationRows].
var (
	idPlace       = placeOf("id")
	acquiredPlace = placeOf("data_acquisizione")
	partPlace     = placeOf("parte")
	modelPlace    = placeOf("modello")
	eventPlace    = placeOf("evento")
	purposePlace  = placeOf("tipo_comunicazione")
	codePlace     = placeOf("codice_comunicazione")
	previousPlace = placeOf("codice_precedente")
	sentPlace     = placeOf("inviata_il")
	workerPlace   = placeOf("codice_fiscale")
	contractPlace = placeOf("contratto")
	startPlace    = placeOf("data_inizio")
	endPlace      = placeOf("data_fine")
)

func placeOf(name string) int {
	i := slices.IndexFunc(communicationColumns, func(c table.Column[pipeline.Communication]) bool { return c.Name == name })
	if i < 0 || i >= looked {
		panic("tables: no column " + name + " to look at")
	}
	return i
}

// looked is how many columns a look at a row goes through: up to the last of the places above.
const looked = 30

// forms says of each column that is looked at how its cells are encoded.
var forms = func() (f [looked]struct{ text, nullable bool }) {
	for i := range f {
		c := &communicationColumns[i]
		f[i].text, f[i].nullable = c.Kind == table.Text, c.Kind != table.Text && !c.NotNull
	}
	return f
}()

// look is the front of a row, with its texts where they lie in it.
type look struct {
	texts [looked]string
	nums  [looked]int64
	there [looked]bool // of a number that may be absent
}

// read looks at a row without taking all of it apart.
func (l *look) read(row string) error {
	at := 0
	for i := range looked {
		f := &forms[i]
		if f.nullable {
			if at == len(row) {
				return table.ErrBlock
			}
			at++
			if l.there[i] = row[at-1] != 0; !l.there[i] {
				l.nums[i] = 0
				continue
			}
		}
		n, k := uvarint(row[at:])
		if k <= 0 {
			return table.ErrBlock
		}
		at += k
		if !f.text {
			l.nums[i] = int64(n>>1) ^ -int64(n&1)
			continue
		}
		if n > uint64(len(row)-at) {
			return table.ErrBlock
		}
		l.texts[i] = row[at : at+int(n)]
		at += int(n)
	}
	return nil
}

// uvarint is [binary.Uvarint] for texts.
func uvarint(s string) (n uint64, size int) {
	if len(s) > 0 && s[0] < 1<<7 {
		return uint64(s[0]), 1
	}
	var b [binary.MaxVarintLen64]byte
	return binary.Uvarint(b[:copy(b[:], s)])
}

func (l *look) date(place int) pipeline.Date {
	if forms[place].nullable && !l.there[place] {
		return 0
	}
	return pipeline.DateFromUnixDays(int32(l.nums[place]))
}

// Keyed gives the row of the archive's file that a sealed communication makes. It returns [table.ErrBlock] for a row that
// was damaged where it looks.
func Keyed(s *SealedCommunication) (KeyedCommunication, error) {
	var l look
	if err := l.read(s.Row); err != nil {
		return KeyedCommunication{}, fmt.Errorf("%w: %s", err, Communications.Name)
	}
	worker := pipeline.CodiceFiscale(l.texts[workerPlace])
	of := l.named()
	return KeyedCommunication{
		Key: worker.Key(), Row: s.Row, Acquired: l.date(acquiredPlace), Worker: worker,
		Model: pipeline.Model(l.texts[modelPlace]), Event: pipeline.EventKind(l.texts[eventPlace]),
		Contract: l.texts[contractPlace], Start: l.date(startPlace), End: l.date(endPlace),
		Name: of.Name(), Cites: of.Cites(),
	}, nil
}

// named gives what the codes of a row are known by.
func (l *look) named() pipeline.Communication {
	return pipeline.Communication{
		Part: int32(l.nums[partPlace]), Model: pipeline.Model(l.texts[modelPlace]), Purpose: pipeline.Purpose(l.texts[purposePlace]),
		Code: l.texts[codePlace], PreviousCode: l.texts[previousPlace],
	}
}

// compareSealed agrees with [CommunicationsByKey]. Rows that cannot be read come last; that they cannot is told when they
// are used.
func compareSealed(a, b *SealedCommunication) int {
	if a.Key != b.Key {
		return cmp.Compare(a.Key, b.Key)
	}
	var x, y look
	if errX, errY := x.read(a.Row), y.read(b.Row); errX != nil || errY != nil {
		return cmp.Or(cmp.Compare(flagOf(errX != nil), flagOf(errY != nil)), strings.Compare(a.Row, b.Row))
	}
	if c := cmp.Or(
		strings.Compare(x.texts[workerPlace], y.texts[workerPlace]),
		compareInstants(pipeline.Instant(x.nums[sentPlace]), pipeline.Instant(y.nums[sentPlace])),
		strings.Compare(x.texts[codePlace], y.texts[codePlace]),
		strings.Compare(x.texts[idPlace], y.texts[idPlace]),
		cmp.Compare(x.nums[partPlace], y.nums[partPlace]),
	); c != 0 {
		return c
	}
	return compareWhole(a, b)
}

// compareWhole compares rows in all their columns, as [CommunicationsByKey] does those that the same document made.
func compareWhole(a, b *SealedCommunication) int {
	if a.Row == b.Row {
		return 0
	}
	var x, y pipeline.Communication
	_, errX := CommunicationRows.Next([]byte(a.Row), &x)
	_, errY := CommunicationRows.Next([]byte(b.Row), &y)
	if errX != nil || errY != nil {
		return strings.Compare(a.Row, b.Row)
	}
	return Communications.Compare(&x, &y)
}

func flagOf(v bool) int {
	if v {
		return 1
	}
	return 0
}
