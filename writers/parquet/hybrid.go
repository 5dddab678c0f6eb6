package parquet

import "encoding/binary"

// hybrid writes levels and dictionary indices as runs and packed groups of eight (Parquet format, "Run Length Encoding /
// Bit-Packing Hybrid"), with the same choice between the two as the library's encoder: eight equal values or more are a
// run, and a packed run ends after 63 groups.
type hybrid struct {
	out   []byte
	width int // of a value in bits

	value   uint32 // the last one
	times   int    // how often it came
	group   [8]uint32
	n       int // values in group
	literal int // values of the packed run that is being written, those in group apart
	head    int // where its head goes; -1 where there is none
}

// maxGroups is more than the groups of a packed run, whose head is one byte.
const maxGroups = 1 << 6

func (h *hybrid) reset(out []byte, width int) { *h = hybrid{out: out, width: width, head: -1} }

// put adds a value.
func (h *hybrid) put(v uint32) {
	if v == h.value {
		if h.times++; h.times > 8 {
			return // the group went when the run began
		}
	} else {
		if h.times >= 8 {
			h.endRun()
		}
		h.value, h.times = v, 1
	}
	h.group[h.n] = v
	if h.n++; h.n == 8 {
		h.endGroup()
	}
}

// repeat adds a value some times.
func (h *hybrid) repeat(v uint32, times int) {
	for ; times > 0; times-- {
		if h.put(v); h.times > 8 {
			h.times += times - 1
			return
		}
	}
}

func (h *hybrid) endGroup() {
	if h.times >= 8 {
		h.n = 0
		if h.literal > 0 {
			h.endLiteral()
		}
		return
	}
	h.pack()
	if h.literal/8+1 >= maxGroups {
		h.endLiteral()
	}
	h.times = 0
}

// pack writes the group to the packed run.
func (h *hybrid) pack() {
	if h.head < 0 {
		h.head = len(h.out)
		h.out = append(h.out, 0)
	}
	var acc uint64
	filled := 0
	for _, v := range h.group[:h.n] {
		acc |= uint64(v) << filled
		for filled += h.width; filled >= 8; filled -= 8 {
			h.out = append(h.out, byte(acc))
			acc >>= 8
		}
	}
	h.literal += h.n
	h.n = 0
}

func (h *hybrid) endLiteral() {
	h.out[h.head] = byte(h.literal/8<<1 | 1)
	h.head, h.literal = -1, 0
}

func (h *hybrid) endRun() {
	h.out = binary.AppendUvarint(h.out, uint64(h.times)<<1)
	for i := 0; i < h.width; i += 8 {
		h.out = append(h.out, byte(h.value>>i))
	}
	h.times, h.n = 0, 0
}

// finish gives what was written; the encoder must be reset afterwards.
func (h *hybrid) finish() []byte {
	switch {
	case h.literal == 0 && h.times == 0 && h.n == 0:
	case h.literal == 0 && h.times > 0 && (h.times == h.n || h.n == 0):
		h.endRun()
	default:
		for h.n > 0 && h.n < 8 {
			h.group[h.n] = 0
			h.n++
		}
		h.pack()
		h.endLiteral()
	}
	return h.out
}
