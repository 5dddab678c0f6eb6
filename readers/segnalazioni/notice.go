package segnalazioni

import (
	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one line of a file: a notice, or a discard that says why there is none. It may be called from several
// goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	return strictjson.Line(doc, strictjson.MaxString, func(o strictjson.Object) (inbox.Parsed, string) {
		n := notice(o)
		n.Source = doc.Source
		n.ID = identity(n)
		return inbox.Parsed{Notice: n}, n.Protocol
	})
}

// Where a declared income comes from (origine).
const (
	basisTaxReturn = "DICHIARAZIONE_REDDITI"
	basisSelf      = "AUTODICHIARAZIONE"
)

func notice(doc strictjson.Object) *pipeline.Notice {
	n := &pipeline.Notice{Protocol: doc.Code("protocollo")}
	doc.Require("tipo", "codice_fiscale", "data")
	n.Kind = doc.Choice("tipo", pipeline.NoticePension, pipeline.NoticeInvalidity, pipeline.NoticeStatusLoss,
		pipeline.NoticeRefusal, pipeline.NoticePIN, pipeline.NoticeMandate, pipeline.NoticeSubordinateIncome,
		pipeline.NoticeActualIncome, pipeline.NoticeTaxCodeChanged)
	if n.Kind == pipeline.NoticeTaxCodeChanged {
		n.TaxCode = doc.OldTaxCode("codice_fiscale")
	} else {
		n.TaxCode = doc.TaxCode("codice_fiscale")
	}
	n.On = doc.Date("data")
	n.Origin = doc.Text("fonte")
	further(doc, n)
	return n
}

// further reads the fields that belong to the kind.
func further(doc strictjson.Object, n *pipeline.Notice) {
	all := pipeline.Notice{
		Patronato: doc.Text("patronato"),
		Start:     doc.Date("inizio"),
		Income:    doc.Amount("reddito"),
		Year:      doc.Year("anno"),
		Category: doc.Choice("categoria", pipeline.CategorySelf, pipeline.CategoryQuasi,
			pipeline.CategoryEmployee),
		Basis:   doc.Choice("origine", basisTaxReturn, basisSelf),
		NewCode: doc.TaxCode("nuovo"),
	}
	switch n.Kind {
	case pipeline.NoticeMandate:
		doc.Require("patronato")
		n.Patronato = all.Patronato
	case pipeline.NoticeSubordinateIncome:
		doc.Require("inizio", "reddito")
		n.Start, n.Income = all.Start, all.Income
		if n.Income.V < 0 {
			doc.Fail(pipeline.DiscardAmount, "reddito", "importo negativo")
		}
	case pipeline.NoticeActualIncome:
		doc.Require("anno", "reddito")
		n.Year, n.Category, n.Income, n.Basis = all.Year, all.Category, all.Income, all.Basis
	case pipeline.NoticeTaxCodeChanged:
		doc.Require("nuovo")
		n.NewCode = all.NewCode
	}
}

// identity is the identity of what a notice says: two texts that are read alike are one document.
func identity(n *pipeline.Notice) pipeline.DocID {
	id := strictjson.NewIdentity("segnalazioni/1")
	id.Text(n.Kind)
	id.Text(string(n.TaxCode))
	id.Text(n.On.String())
	id.Text(n.Origin)
	id.Text(n.Protocol)
	id.Text(n.Patronato)
	id.Text(n.Start.String())
	id.Amount(n.Income)
	id.Int(int64(n.Year))
	id.Text(n.Category)
	id.Text(n.Basis)
	id.Text(string(n.NewCode))
	return id.DocID()
}
