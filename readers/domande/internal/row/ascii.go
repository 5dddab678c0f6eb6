package row

import "encoding/binary"

// ASCII tells whether all bytes are.
func ASCII(b []byte) bool {
	const high = 0x8080808080808080
	var all uint64
	for len(b) >= 32 {
		all |= binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) | binary.LittleEndian.Uint64(b[16:]) |
			binary.LittleEndian.Uint64(b[24:])
		b = b[32:]
	}
	for len(b) >= 8 {
		all |= binary.LittleEndian.Uint64(b)
		b = b[8:]
	}
	for _, c := range b {
		all |= uint64(c)
	}
	return all&high == 0
}
