package worklist

import (
	"slices"

	"incrocio/pipeline"
)

// List is one of the lists that items are looked for in (lista).
type List string

// The lists. All items are received: a submission that waits for something, or an exception that closed by itself, is in no
// other list.
const (
	ListReceived List = "PERVENUTE"
	ListPending  List = "DA_LAVORARE"
	ListWorked   List = "LAVORATE"
)

// States are the states that the items of a kind have in a list. A submission is worked, for DSWeb, from the moment an
// operator of the sede takes it in charge until it is given back (R68); an exception or a sample once it is closed.
func (l List) States(k Kind) []State {
	first := StateWorked // of those worked
	if k == KindSubmission {
		first = StateTaken
	}
	all := States()
	at := slices.Index(all, first)
	switch l {
	case ListPending:
		return all[:at]
	case ListWorked:
		return all[at:]
	case ListReceived:
	}
	return all
}

// Order is what a list is sorted by. Ties go by id, so that pages neither repeat nor lose an item.
type Order string

// The orders. Submissions and samples have no priority and no term: they are always by date.
const (
	OrderPriority Order = "PRIORITA" // then term, then id
	OrderDue      Order = "SCADENZA"
	OrderDate     Order = "DATA" // the newest first
)

// Query asks for items. Empty fields do not restrict.
type Query struct {
	Kind Kind // "" for exceptions
	List List
	// From and To bound, both included, the day of the item: of a submission its presentation, in Europe/Rome; of an
	// exception or a sample its first night.
	From, To pipeline.Date

	Offices []string
	States  []State
	Code    string
	Class   string
	Claim   string
	TaxCode pipeline.CodiceFiscale
	// Protocol is that of the submission, or of the claim.
	Protocol string
	Type     string // tipologia: EVENTO, VARIAZIONE
	Rule     string // of a sample
	Mine     bool   // held by the operator who asks
	Overdue  bool   // past its term

	Order Order
	After string // Next of the page before; "" for the first
	Limit int    // 0: 50; at most MaxPage
}

// MaxPage is the most rows of a page.
const MaxPage = 500

// Row is an item in a list. Fields that its kind does not have are empty.
type Row struct {
	Item
	Day         pipeline.Date // as in Query.From
	Class       string
	Title       string
	Text        string // descrizione, or motivazione of a sample
	Proposed    string
	Claim       string
	Protocol    string
	Type        string // tipologia; tipo_azione of a sample
	Event       string
	TaxCode     pipeline.CodiceFiscale
	From, To    pipeline.Date
	Days        pipeline.Opt[int32]
	Amount      pipeline.Opt[pipeline.Cents]
	Rule        string
	Norm        string
	Due         pipeline.Date
	Priority    int32
	First       pipeline.Date // prima_elaborazione
	Changed     pipeline.Date // night of the last change
	NightState  string        // stato of the exception as the last night left it: NUOVA, RIAPERTA, …
	Channel     string
	SubmittedAt pipeline.Instant
	Outcome     string // esito of a submission worked by the procedure
}

// Page is a part of a list.
type Page struct {
	Rows []Row
	Next string // "" where there is no more
}

// Detail is all that is known of one item.
type Detail struct {
	Row
	// Sheet is what a night kept of the facts behind the item; zero where it kept none.
	Sheet Sheet
	// Actions are in force on the claim, by first day.
	Actions  []pipeline.Action
	Notes    []Note
	Closings []Closing // undone ones too, in order
	// Changes are the nights that opened, changed or reopened the exception.
	Changes []pipeline.Exception
}

// Note is a note on an item (annotazione).
type Note struct {
	Key  Key
	By   string
	At   pipeline.Instant
	Text string
}

// Request is a closing, or a bulk of them, that waits for a second person.
type Request struct {
	Closing       // the first of a bulk
	Rows    []Row // the items; at most MaxItems
}

// Tally counts items of a sede.
type Tally struct {
	Office  string
	Kind    Kind
	Class   string // of exceptions
	State   State
	Items   int64
	Overdue int64 // past their term
	Oldest  pipeline.Date
}

// Finding is how often items of a code were closed, by outcome: what the statistics show.
type Finding struct {
	Code      string // of an exception; rule of a sample
	Founded   int64
	Useful    int64
	Unfounded int64
}
