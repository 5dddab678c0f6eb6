package worklist

import (
	"slices"
	"strings"
)

// Role is what an operator may do (ruolo). The zero Role may do nothing.
type Role string

// The roles.
const (
	RoleReader     Role = "CONSULTAZIONE" // looks, and changes nothing
	RoleOperator   Role = "OPERATORE"     // works items, and is the second pair of eyes for others
	RoleSupervisor Role = "RESPONSABILE"  // as well: assigns, releases what others hold, exports codes unmasked
)

// Roles lists them from the least to the most.
func Roles() []Role { return []Role{RoleReader, RoleOperator, RoleSupervisor} }

// Operator is somebody at work on the list (operatore di sede).
type Operator struct {
	Name string // the account, as it is shown
	// Person is who it is, whatever the account: four eyes are those of two persons. "" stands for Name.
	Person     string
	Role       Role
	Offices    []string // sedi granted
	AllOffices bool     // every sede, and what belongs to none
}

// Sees tells whether items of a sede are for the operator. Those of no sede are only for who sees all.
func (o *Operator) Sees(office string) bool {
	return o.AllOffices || office != "" && slices.Contains(o.Offices, office)
}

// Works tells whether the operator may change anything.
func (o *Operator) Works() bool { return o.Role == RoleOperator || o.Role == RoleSupervisor }

// ID names the person behind the account, so that "Rossi" and " rossi" are one.
func (o *Operator) ID() string {
	if o.Person != "" {
		return fold(o.Person)
	}
	return fold(o.Name)
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
