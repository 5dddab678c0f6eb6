package tables

import (
	"cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Rest is what a night leaves of the persons under one key for the nights after it, which decide them again only where that
// may say anything new. Whoever has nothing but a claim that only counts is not there.
type Rest struct {
	Key   uint64 // of the persons' codes
	Facts uint64 // digest of claims, exceptions and all else that the decision rested on, but documents and actions in force
	// Until is the last night that says the same; inclusive.
	Until pipeline.Date
	// Paid tells whether how far claims are paid matters, and Payments is the digest of that.
	Paid     bool
	Payments uint64

	// What no published row tells: open claims by outcome of R71, and the net of vouchers in cents, by year.
	Found, NotFound, Differs int32
	Vouchers                 string // "2013=1000;2014=500"; "" for none
}

// Rests is the archive's table of who may rest. It is not published.
var Rests = &table.Table[Rest]{
	Name: "archivio_riposo",
	Describe: "Fino a quando, per ogni persona, le decisioni della notte restano le stesse se non cambia nulla di ciò su cui si fondano. " +
		"Ordine: chiave.",
	Columns: restColumns,
	Compare: func(a, b *Rest) int { return cmp.Compare(a.Key, b.Key) },
}

var restColumns = []table.Column[Rest]{
	bits64("chiave", "Chiave della persona: 64 bit del codice fiscale senza omocodia, letti come numero con segno. Ordinata come numero senza segno.",
		func(r *Rest) *uint64 { return &r.Key }),
	bits64("impronta", "Impronta di domande ed eccezioni e di quanto altro la decisione ha considerato oltre ai documenti e alle azioni in essere.",
		func(r *Rest) *uint64 { return &r.Facts }),
	table.DateOf("fino_al", "Ultima notte che dice le stesse cose, compresa.", func(r *Rest) *pipeline.Date { return &r.Until }),
	table.BoolOf("conta_il_pagato", "Se conta fino a quando le domande sono pagate.", func(r *Rest) *bool { return &r.Paid }),
	bits64("impronta_pagato", "Impronta di fino a quando le domande sono pagate.", func(r *Rest) *uint64 { return &r.Payments }),
	table.IntOf("accertate", "Domande aperte la cui cessazione è ACCERTATA.", table.Int32, func(r *Rest) *int32 { return &r.Found }),
	table.IntOf("non_trovate", "Domande aperte la cui cessazione è NON_TROVATA.", table.Int32, func(r *Rest) *int32 { return &r.NotFound }),
	table.IntOf("discordanti", "Domande aperte la cui cessazione è DISCORDANTE.", table.Int32, func(r *Rest) *int32 { return &r.Differs }),
	table.TextOf("voucher_netto", "Netto dei voucher in centesimi per anno, come 2013=1000;2014=500; nullo se non ce ne sono.",
		func(r *Rest) *string { return &r.Vouchers }),
}

// bits64 describes 64 bits as the number with sign that they are to SQL.
func bits64[T any](name, describe string, at func(*T) *uint64) table.Column[T] {
	return table.Column[T]{
		Name: name, Kind: table.Int64, NotNull: true, Describe: describe,
		Get: func(r *T) table.Value { return table.Value{Num: int64(*at(r))} },
		Set: func(r *T, v table.Value) { *at(r) = uint64(v.Num) },
	}
}
