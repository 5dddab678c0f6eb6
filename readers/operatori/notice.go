package operatori

import (
	"math"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one line: a notice with its ruling, or a discard that says why there is none. Reasons and lists of sources may be
// as long as the line. It may be called from several goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	return strictjson.Line(doc, strictjson.MaxBytes, func(o strictjson.Object) (inbox.Parsed, string) {
		n := notice(o)
		n.Source = doc.Source
		n.ID = identity(n)
		return inbox.Parsed{Notice: n}, n.Protocol
	})
}

// Number gives the number of the closing that a line is of; 0 for one that is none.
func Number(line []byte) int64 {
	n := Parse(inbox.Document{Format: inbox.JSON, Data: line}).Notice
	if n == nil {
		return 0
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(n.Protocol, pipeline.OperatorRef), 10, 64)
	if err != nil {
		return 0
	}
	return number
}

func notice(doc strictjson.Object) *pipeline.Notice {
	doc.Require("numero", "tipo", "id_eccezione", "codice", "impronta", "codice_fiscale", "operatore", "quando", "motivo")
	number := doc.Count("numero", math.MaxInt64)
	if number == 0 {
		doc.Fail(pipeline.DiscardValue, "numero", "non è il numero di una lavorazione")
	}
	r := &pipeline.Ruling{
		Kind:      doc.Choice("tipo", pipeline.RulingConfirm, pipeline.RulingRefuse, pipeline.RulingDates, pipeline.RulingFact),
		Exception: doc.Code("id_eccezione"), Code: doc.Code("codice"), Claim: doc.Code("numero_domanda"), Sources: doc.Text("fonti"),
		Fingerprint: doc.Code("impronta"), From: doc.Date("dal"), To: doc.Date("al"), By: doc.Text("operatore"),
		Approved: doc.Text("approvato_da"), Reason: doc.Text("motivo"),
	}
	n := &pipeline.Notice{Kind: pipeline.NoticeRuling, Protocol: pipeline.OperatorRef + strconv.FormatInt(number, 10), TaxCode: doc.OldTaxCode("codice_fiscale"), Ruling: r}
	if office := doc.Code("sede"); office != "" {
		n.Origin = "sede " + office
	}
	r.At, n.On = doc.Moment("quando")
	f := fact(doc, n, r.Kind)
	decision := worklist.Decision{Kind: worklist.DecisionKind(r.Kind), From: r.From, To: r.To, Fact: f}
	if err := decision.Check(); err != nil {
		doc.Fail(pipeline.DiscardValue, "tipo", err.Error())
	}
	return n
}

// fact reads what an operator added, which makes the notice one of its kind; nil where there is none.
func fact(doc strictjson.Object, n *pipeline.Notice, kind string) *worklist.Fact {
	if kind != pipeline.RulingFact {
		if doc.Has("fatto") {
			doc.Fail(pipeline.DiscardValue, "fatto", "il fatto si indica solo con FATTO")
		}
		return nil
	}
	doc.Require("fatto")
	o, ok := doc.Object("fatto")
	if !ok {
		return nil
	}
	o.Require("tipo", "data")
	f := &worklist.Fact{
		Kind: o.Choice("tipo", worklist.FactKinds()...), On: o.Date("data"), Patronato: o.Text("patronato"), Start: o.Date("inizio"),
		Income: o.Amount("reddito"), Year: o.Year("anno"),
		Category: o.Choice("categoria", pipeline.CategorySelf, pipeline.CategoryQuasi, pipeline.CategoryEmployee),
		Basis:    o.Choice("origine", "DICHIARAZIONE_REDDITI", "AUTODICHIARAZIONE"), NewCode: o.TaxCode("nuovo"),
	}
	n.Kind, n.On, n.Patronato, n.Start, n.Income, n.Year = f.Kind, f.On, f.Patronato, f.Start, f.Income, f.Year
	n.Category, n.Basis, n.NewCode = f.Category, f.Basis, f.NewCode
	return f
}

// identity is the identity of what a notice says: two texts that are read alike are one document.
func identity(n *pipeline.Notice) pipeline.DocID {
	id := strictjson.NewIdentity("operatori/1")
	r := n.Ruling
	for _, s := range [...]string{
		n.Protocol, n.Kind, string(n.TaxCode), n.On.String(), n.Origin, n.Patronato, n.Start.String(), n.Category, n.Basis, string(n.NewCode),
		r.Kind, r.Exception, r.Code, r.Claim, r.Sources, r.Fingerprint, r.From.String(), r.To.String(), r.By, r.Approved, r.Reason,
	} {
		id.Text(s)
	}
	id.Amount(n.Income)
	id.Int(int64(n.Year))
	id.Int(int64(r.At))
	return id.DocID()
}
