package pipeline

// IsOffice tells whether the code of a sede has the form of one: 1 to 20 ASCII letters or digits. Rows of any other are in the
// national files alone, since it could not be the name of a folder.
func IsOffice(code string) bool {
	for i := range len(code) {
		c := code[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(code) >= 1 && len(code) <= 20
}
