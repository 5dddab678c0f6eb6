package row

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// Rows of one number that say the same are one claim, the first row. Of rows that do not, nothing tells which is right: none is
// used, whatever their order, and the claim is as if the snapshot did not have it.

// What becomes of the rows of a number that came more than once.
var (
	repeated = Fault{pipeline.DiscardDuplicate, "colonna numero_domanda: domanda già presente"}
	differs  = Fault{pipeline.DiscardRivals, "colonna numero_domanda: le righe della domanda non dicono lo stesso, nessuna è usata"}
)

// rivals are the numbers that came more than once, by hash, and what their rows say. It takes some twenty bytes a number, since
// a file may hold all its claims twice.
type rivals struct {
	hashes []uint64 // in order
	says   []uint64 // digest of the first row
	differ []bool   // another row says something else
	met    []bool   // the first row, on this reading
	block  []byte
}

func newRivals(hashes []uint64) *rivals {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	n := len(hashes)
	return &rivals{hashes: hashes, says: make([]uint64, n), differ: make([]bool, n), met: make([]bool, n)}
}

// restart begins another reading.
func (r *rivals) restart() { clear(r.met) }

// meet notes a row of a number, and tells whether it is the first on this reading.
func (r *rivals) meet(rival int) (first bool) {
	first = !r.met[rival]
	r.met[rival] = true
	return first
}

// digest sums up what a claim says.
func (r *rivals) digest(c *pipeline.Claim) uint64 {
	r.block = tables.AppendClaim(r.block[:0], c)
	sum := sha256.Sum256(r.block)
	return binary.LittleEndian.Uint64(sum[:])
}

// rival sees a row of a number that came more than once; others were handed over.
func (d *Delivery) rival(c *pipeline.Claim, h uint64, at func() Place) error {
	d.rows++
	i, found := slices.BinarySearch(d.rivals.hashes, h)
	if !found {
		return nil
	}
	return d.see(d, c, i, at)
}

// compare finds out whether the rows of a number say the same.
func (d *Delivery) compare(c *pipeline.Claim, rival int, _ func() Place) error {
	r := d.rivals
	if says := r.digest(c); r.meet(rival) {
		r.says[rival] = says
	} else if says != r.says[rival] {
		r.differ[rival] = true
	}
	return nil
}

// settle hands over the rows that do not count.
func (d *Delivery) settle(c *pipeline.Claim, rival int, at func() Place) error {
	first := d.rivals.meet(rival)
	switch {
	case !d.rivals.differ[rival] && first:
		return nil
	case !d.rivals.differ[rival]:
		return d.discard(c.Number, repeated, at)
	case first:
		if err := d.to.Void(c); err != nil {
			return err
		}
	}
	return d.discard(c.Number, differs, at)
}
