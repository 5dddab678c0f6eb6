package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// verifyLedger compares the ledger with itself and with the last published night: the chain of the audit, and the actions
// in force. It gives false where there is no ledger yet.
func (a *app) verifyLedger(ctx context.Context) (v verified, there bool, err error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return v, false, err
	}
	s, err := a.openStore(ctx, &c, true)
	if errors.Is(err, store.ErrNoStore) {
		return v, false, nil
	}
	v = verified{Night: "registro", Damage: []rundir.Damage{}, Mend: "incrocio restore"}
	found := func(file string, err error) {
		v.Damage = append(v.Damage, rundir.Damage{File: file, Kind: "registro", Detail: err.Error()})
	}
	if errors.Is(err, store.ErrDamaged) {
		found(storeFile, err)
		return v, true, nil
	}
	if err != nil {
		return v, true, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, err = s.VerifyAudit(ctx)
	switch {
	case errors.Is(err, store.ErrAudit), errors.Is(err, store.ErrDamaged):
		found("audit", err)
	case err != nil:
		return v, true, err
	}
	if err := a.compareInForce(ctx, s); errors.Is(err, errLedgerDiffers) || errors.Is(err, store.ErrDamaged) {
		found("azioni_in_essere", err)
	} else if err != nil {
		return v, true, err
	}
	return v, true, nil
}

// errLedgerDiffers is returned where the ledger and the last published night have other actions in force.
var errLedgerDiffers = errors.New("the actions in force are not those of the last published night")

// compareInForce compares the actions in force in the ledger with those of the last published night that it knows.
func (a *app) compareInForce(ctx context.Context, s *store.Store) error {
	nights, err := a.publishedNights()
	if err != nil || len(nights) == 0 {
		return err
	}
	last, _, err := s.LastNight(ctx)
	n := &nights[len(nights)-1]
	if err != nil || last.Date != n.date {
		return err // the next night enters it first
	}
	var ledger, published bag
	err = errors.Join(
		s.InForce(ctx, 0, func(x *pipeline.Action) error { ledger.add(x); return nil }),
		scan(n, tables.ActionsInForce, published.add),
	)
	if err == nil && ledger != published {
		err = fmt.Errorf("%w: %d rows and %d", errLedgerDiffers, ledger.rows, published.rows)
	}
	return err
}

// bag is a digest of rows that does not depend on their order.
type bag struct {
	rows int
	sum  [sha256.Size]byte
}

func (b *bag) add(a *pipeline.Action) {
	h := sha256.Sum256(tables.ActionsInForce.Append(nil, a))
	b.rows++
	carry := 0
	for i := range b.sum { // a sum, since two equal rows would leave no trace in an exclusive or
		carry += int(b.sum[i]) + int(h[i])
		b.sum[i] = byte(carry)
		carry >>= 8
	}
}
