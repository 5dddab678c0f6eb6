package store

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// account is a row of utenti.
type account struct {
	worklist.Account
	key     string // the name, folded
	offices string // JSON
}

// accountTable describes utenti.
var accountTable = &table.Table[account]{
	Name:     "utenti",
	Describe: "Le utenze locali. Ordine: chiave.",
	Columns: []table.Column[account]{
		table.Required(table.TextOf("chiave", "Nome in minuscole e senza spazi superflui.", func(a *account) *string { return &a.key })),
		table.Required(table.TextOf("nome", "Nome.", func(a *account) *string { return &a.Name })),
		table.TextOf("persona", "Chi è, se altre utenze sono della stessa persona.", func(a *account) *string { return &a.Person }),
		table.Required(table.CodeOf("ruolo", "CONSULTAZIONE, OPERATORE oppure RESPONSABILE.", func(a *account) *worklist.Role { return &a.Role })),
		table.Required(table.TextOf("sedi", "Sedi assegnate, in JSON.", func(a *account) *string { return &a.offices })),
		table.BoolOf("tutte_le_sedi", "Vero per chi vede ogni sede.", func(a *account) *bool { return &a.AllOffices }),
		table.Required(table.TextOf("segreto", "Impronta della password, nella forma di argon2id.", func(a *account) *string { return &a.Secret })),
		table.BoolOf("disabilitata", "Vero se non può più accedere.", func(a *account) *bool { return &a.Disabled }),
		table.Required(table.InstantOf("creata_il", "Momento della creazione.", func(a *account) *pipeline.Instant { return &a.Created })),
	},
}

// folded gives the name by which accounts are compared.
func folded(name string) string { return (&worklist.Operator{Name: name}).ID() }

func (a *account) read() (worklist.Account, error) {
	out := a.Account
	if err := json.Unmarshal([]byte(a.offices), &out.Offices); err != nil {
		return out, fmt.Errorf("account: sedi: %w", ErrDamaged)
	}
	return out, nil
}

// Account gives a local account by name, and false where there is none.
func (s *Store) Account(ctx context.Context, name string) (a worklist.Account, ok bool, err error) {
	key := folded(name)
	if !plain(key) {
		return a, false, nil
	}
	err = s.view(ctx, func(r *reading) error {
		var row account
		var err error
		if row, ok, err = first(ctx, r, accountTable, "WHERE chiave = $1", textCell(key)); err == nil && ok {
			a, err = row.read()
		}
		return err
	})
	return a, ok, step("read account", err)
}

// maxName is how long, in characters, the name of an account may be; maxOffices how many sedi it may have.
const (
	maxName    = 100
	maxOffices = 1000
)

// SaveAccount adds a local account or changes it; by is who does so. A change without Secret leaves the password. It returns
// an error that wraps [worklist.ErrIncomplete] for an account without name or role, or that says too much.
func (s *Store) SaveAccount(ctx context.Context, by string, a worklist.Account) error {
	row := account{Account: a, key: folded(a.Name)}
	offices := a.Offices
	if offices == nil {
		offices = []string{}
	}
	b, err := json.Marshal(offices)
	switch {
	case err != nil || row.key == "" || utf8.RuneCountInString(a.Name) > maxName || len(offices) > maxOffices ||
		!plain(append([]string{a.Name, a.Person, a.Secret}, offices...)...):
		return incomplete("il nome o le sedi non sono validi")
	case !known(a.Operator()):
		return incomplete("il ruolo non è valido")
	}
	row.offices = string(b)
	return step("save account", s.update(ctx, func(c *change) error {
		old, ok, err := first(ctx, c, accountTable, "WHERE chiave = $1", textCell(row.key))
		if err != nil {
			return err
		}
		next := row
		if next.Created = c.now; ok {
			next.Created = old.Created
			if next.Secret == "" {
				next.Secret = old.Secret
			}
		}
		if err := put(ctx, c, accountTable, &next, "chiave"); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: by, What: AuditAccount, On: masked(row.key), Detail: detail(map[string]any{
			"nuova": !ok, "ruolo": a.Role, "sedi": maskedAll(offices), "tutte_le_sedi": a.AllOffices, "disabilitata": a.Disabled,
			"password": a.Secret != "",
		})})
	}))
}

// Accounts gives every local account, by folded name, without their secrets.
func (s *Store) Accounts(ctx context.Context) (out []worklist.Account, err error) {
	err = s.view(ctx, func(r *reading) error {
		out = nil
		return each(ctx, r, accountTable, "ORDER BY chiave", nil, func(row *account) error {
			a, err := row.read()
			a.Secret = ""
			out = append(out, a)
			return err
		})
	})
	return out, step("read accounts", err)
}
