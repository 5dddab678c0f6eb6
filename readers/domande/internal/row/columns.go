package row

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Kind is what a column holds, whatever the source.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota
	Date        // a pipeline.Date
	Amount      // cents
	Count       // a whole number
	Flag        // 0 or 1
)

// Caps on values.
const (
	MaxText  = 4096            // bytes of a text
	maxDays  = 9999            // giorni_spettanti
	maxCents = 999_999_999_999 // DECIMAL(12,2)
)

// Fault says why a row cannot be used; the zero Fault is none.
type Fault struct {
	Code    string // a discard code
	Message string // in Italian; never repeats the value
}

// Bad tells whether there is a fault.
func (f Fault) Bad() bool { return f.Code != "" }

// Cell is a value as a source gives it: Text for the kind Text, else Num. A cell with a fault could not be converted;
// it counts when its column's turn comes, so that all sources give the same reason for a row with several.
type Cell struct {
	Null  bool
	Text  string
	Num   int64
	Fault Fault
}

// Column describes one column: its values and where they go.
type Column struct {
	Name     string
	Kind     Kind
	required bool
	set      func(*pipeline.Claim, *Cell) Fault
}

// Width is the number of columns of a claim.
const Width = 19

// Columns in the order in which a row is judged; the first is the claim's number.
var Columns = [Width]Column{
	textColumn("numero_domanda", true, func(c *pipeline.Claim) *string { return &c.Number }),
	textColumn("protocollo", false, func(c *pipeline.Claim) *string { return &c.Protocol }),
	{"codice_fiscale", Text, true, setTaxCode},
	textColumn("cognome", false, func(c *pipeline.Claim) *string { return &c.Surname }),
	textColumn("nome", false, func(c *pipeline.Claim) *string { return &c.GivenName }),
	dateColumn("data_nascita", false, func(c *pipeline.Claim) *pipeline.Date { return &c.BirthDate }),
	textColumn("sede", true, func(c *pipeline.Claim) *string { return &c.Office }),
	listColumn("prestazione", func(c *pipeline.Claim) *string { return &c.Benefit }, pipeline.BenefitASpI,
		pipeline.BenefitMiniASpI, pipeline.BenefitMiniASpI2012, pipeline.BenefitASpISospesi, pipeline.BenefitNASpI),
	dateColumn("data_cessazione", true, func(c *pipeline.Claim) *pipeline.Date { return &c.TerminatedOn }),
	{"cf_datore_cessazione", Text, false, setFormerEmployer},
	dateColumn("data_presentazione", false, func(c *pipeline.Claim) *pipeline.Date { return &c.FiledOn }),
	dateColumn("decorrenza", true, func(c *pipeline.Claim) *pipeline.Date { return &c.Start }),
	{"giorni_spettanti", Count, true, setDays},
	listColumn("stato", func(c *pipeline.Claim) *string { return &c.State }, pipeline.StateUnderReview,
		pipeline.StateInPayment, pipeline.StateSuspended, pipeline.StateForfeited, pipeline.StateExhausted,
		pipeline.StateRejected),
	dateColumn("pagata_fino_al", false, func(c *pipeline.Claim) *pipeline.Date { return &c.PaidThrough }),
	{"importo_giornaliero", Amount, false, setDaily},
	{"anticipata", Flag, false, setAdvance},
	textColumn("modalita_pagamento", false, func(c *pipeline.Claim) *string { return &c.PaymentMode }),
	textColumn("iban", false, func(c *pipeline.Claim) *string { return &c.IBAN }),
}

// Places of the columns among Columns.
const (
	AtNumber = iota
	AtProtocol
	AtTaxCode
	AtSurname
	AtGivenName
	AtBirthDate
	AtOffice
	AtBenefit
	AtTerminatedOn
	AtFormerEmployer
	AtFiledOn
	AtStart
	AtDaysGranted
	AtState
	AtPaidThrough
	AtDailyAmount
	AtAdvance
	AtPaymentMode
	AtIBAN
)

// TextCount is how many of them are texts.
const TextCount = 11

// TextColumns are the places of those that are texts, in their order.
var TextColumns = [TextCount]int{
	AtNumber, AtProtocol, AtTaxCode, AtSurname, AtGivenName, AtOffice, AtBenefit, AtFormerEmployer, AtState, AtPaymentMode, AtIBAN,
}

func textColumn(name string, required bool, at func(*pipeline.Claim) *string) Column {
	return Column{name, Text, required, func(c *pipeline.Claim, x *Cell) Fault {
		*at(c) = x.Text
		return Fault{}
	}}
}

func dateColumn(name string, required bool, at func(*pipeline.Claim) *pipeline.Date) Column {
	return Column{name, Date, required, func(c *pipeline.Claim, x *Cell) Fault {
		*at(c) = pipeline.Date(x.Num)
		return Fault{}
	}}
}

// listColumn is a required text of a closed list.
func listColumn(name string, at func(*pipeline.Claim) *string, allowed ...string) Column {
	return Column{name, Text, true, func(c *pipeline.Claim, x *Cell) Fault {
		i := slices.Index(allowed, x.Text)
		if i < 0 {
			return Fault{pipeline.DiscardValue, "valore non ammesso"}
		}
		*at(c) = allowed[i]
		return Fault{}
	}}
}

func setTaxCode(c *pipeline.Claim, x *Cell) Fault {
	cf, err := pipeline.ParseCodiceFiscale(x.Text)
	if err != nil {
		return Fault{pipeline.DiscardTaxCode, "codice fiscale errato"}
	}
	c.TaxCode = cf
	return Fault{}
}

func setFormerEmployer(c *pipeline.Claim, x *Cell) Fault {
	c.FormerEmployer = strings.ToUpper(x.Text)
	return Fault{}
}

func setDays(c *pipeline.Claim, x *Cell) Fault {
	if x.Num < 0 || x.Num > maxDays {
		return Fault{pipeline.DiscardValue, "numero di giorni non ammesso"}
	}
	c.DaysGranted = int32(x.Num)
	return Fault{}
}

func setDaily(c *pipeline.Claim, x *Cell) Fault {
	if x.Num < 0 || x.Num > maxCents {
		return BadAmount
	}
	c.DailyAmount = pipeline.Some(pipeline.Cents(x.Num))
	return Fault{}
}

func setAdvance(c *pipeline.Claim, x *Cell) Fault {
	c.Advance = x.Num != 0
	return Fault{}
}

// Faults that several sources find.
var (
	BadAmount = Fault{pipeline.DiscardAmount, "importo non valido"}
	badDate   = Fault{pipeline.DiscardDate, "data non leggibile"}
)

// Assemble makes a claim of a row, and is the one judge of rows of all sources. Where it gives a fault, the claim
// holds the columns before the faulty one.
func Assemble(row *[Width]Cell, c *pipeline.Claim) Fault {
	*c = pipeline.Claim{}
	for i := range Columns {
		col, x := &Columns[i], &row[i]
		f := x.Fault
		if col.Kind == Text && !x.Null && !f.Bad() {
			f = cleanText(x)
		}
		switch {
		case f.Bad():
		case !x.Null:
			f = col.set(c, x)
		case col.required:
			f = Fault{pipeline.DiscardMissing, "dato mancante"}
		}
		if f.Bad() {
			f.Message = "colonna " + col.Name + ": " + f.Message
			return f
		}
	}
	return Fault{}
}

// cleanText drops the white space around a text; a blank one is null.
func cleanText(x *Cell) Fault {
	x.Text = strings.TrimSpace(x.Text)
	x.Null = x.Text == ""
	if len(x.Text) > MaxText {
		return Fault{pipeline.DiscardTooLong, "testo troppo lungo"}
	}
	if !utf8.ValidString(x.Text) {
		return Fault{pipeline.DiscardEncoding, "testo non in UTF-8"}
	}
	return Fault{}
}

// set converts a value written as text, the way the CSV file writes it.
func (x *Cell) set(k Kind, s string) {
	x.Fault = Fault{}
	if k == Text {
		x.Text, x.Null = s, s == ""
		return
	}
	s = strings.TrimSpace(s)
	if x.Null = s == ""; !x.Null {
		*x = readText(k, s)
	}
}

// readText converts a value that is no text itself.
func readText(k Kind, s string) Cell {
	switch k {
	case Date:
		d, err := pipeline.ParseDate(s)
		if err != nil {
			return Cell{Fault: badDate}
		}
		return Cell{Num: int64(d)}
	case Amount:
		return readAmount(s)
	case Flag:
		switch s {
		case "true":
			return Cell{Num: 1}
		case "false":
			return Cell{}
		}
		return Cell{Fault: Fault{pipeline.DiscardValue, "valore non ammesso"}}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return Cell{Fault: Fault{pipeline.DiscardValue, "numero non valido"}}
	}
	return Cell{Num: n}
}

// readAmount takes zeros beyond the second decimal, as databases write them for wider columns.
func readAmount(s string) Cell {
	if dot := strings.IndexByte(s, '.'); dot >= 0 && len(s) > dot+3 && strings.Trim(s[dot+3:], "0") == "" {
		s = s[:dot+3]
	}
	c, err := pipeline.ParseCents(s)
	if err != nil {
		return Cell{Fault: BadAmount}
	}
	return Cell{Num: int64(c)}
}

// DateOfUnixDays converts days since 1970-01-01 of any size.
func DateOfUnixDays(days int64) Cell {
	if days < int64(pipeline.Date(1).UnixDays()) {
		return Cell{Fault: Fault{pipeline.DiscardDate, "data anteriore all'anno 1"}}
	}
	if days > int64(pipeline.MaxDate.UnixDays()) {
		return Cell{Fault: Fault{pipeline.DiscardDate, "data successiva all'anno 9999"}}
	}
	return Cell{Num: int64(pipeline.DateFromUnixDays(int32(days)))}
}

// AmountOf converts an unscaled number; decimals beyond the second must be zero.
func AmountOf(unscaled int64, scale int) Cell {
	for ; scale > 2; scale-- {
		if unscaled%10 != 0 {
			return Cell{Fault: BadAmount}
		}
		unscaled /= 10
	}
	for ; scale < 2; scale++ {
		if unscaled > maxCents || unscaled < -maxCents {
			return Cell{Fault: BadAmount}
		}
		unscaled *= 10
	}
	return Cell{Num: unscaled}
}

// Indexes finds the place of each column among the names of a source. It returns [ErrColumns].
func Indexes(names []string) ([Width]int, error) {
	var at [Width]int
	var missing []string
	for i := range Columns {
		at[i] = slices.Index(names, Columns[i].Name)
		if at[i] < 0 {
			missing = append(missing, Columns[i].Name)
			continue
		}
		if slices.Contains(names[at[i]+1:], Columns[i].Name) {
			return at, ColumnError("column %s is there twice", Columns[i].Name)
		}
	}
	if len(missing) > 0 {
		return at, ColumnError("no column %s", strings.Join(missing, ", "))
	}
	return at, nil
}
