package pipeline

// Relationship is one job of one person (rapporto di lavoro), rebuilt from the communications that speak of it.
// It is what they say together once corrections and cancellations have been applied, whatever order they came in.
type Relationship struct {
	// Ref names the relationship: the Ref of the first document of the chain, by time of sending.
	Ref string

	Model        Model
	Employer     string // present employer of record; former ones are in FormerEmployers
	EmployerName string
	// FormerEmployers are those a VarDatori moved the worker from, oldest first (I03).
	FormerEmployers []string
	PublicEmployer  bool

	Contract     string
	Hours        string // agreed at the hire, as corrected
	YearlyPay    Opt[Cents]
	Seasonal     bool
	Agricultural bool
	Availability Tri

	Start     Date
	AgreedEnd Date // the end agreed at the hire, as corrected; 0 where none was stated
	// Extensions are the valid extensions, by time of sending; each moves the end.
	Extensions []Extension
	// PermanentFrom is the day of a valid conversion to a permanent contract; 0 none.
	PermanentFrom Date
	// Shown are the valid conversions whose code leaves the end as it is and whose document states none, by day.
	Shown []Shown
	// TerminatedOn is the last day by a valid termination, the earliest where there are several; 0 none.
	TerminatedOn Date

	// Cancelled: the hire was cancelled and nothing valid remains: the job never started.
	Cancelled bool
	// Pending: the relationship of domestic work waits to be defined, by the last valid document (R31).
	Pending bool
	// Urgent: only a UniUrg speaks of it; everything but employer and start is unknown.
	Urgent bool
	// Orphan tells that no hire is known. OrphanNone where one is.
	Orphan Orphan
	// OrphanDate is the day of the event of an OrphanUnplaced.
	OrphanDate Date
	// BadDates: some valid date contradicts another, such as an end before the start.
	BadDates bool
	// Weak: some event was joined to its hire by employer and days only, not by its start date.
	Weak bool

	// Chain holds every document of the relationship, also replaced and cancelled ones and those that replace and
	// cancel them, by time of sending, then code, then identity.
	Chain []*Communication
}

// Extension is a valid extension (proroga).
type Extension struct {
	Before Date // the end it moved; 0 where none was known
	To     Date // the new last day
	Ref    string
}

// Shown is the contract that a conversion (trasformazione) shows without an end, though its code takes none away.
type Shown struct {
	On       Date // the day of the conversion
	Contract string
}

// Orphan tells how much is known of a relationship without a hire (R16).
type Orphan string

// The kinds of orphan.
const (
	OrphanNone     Orphan = ""
	OrphanRebuilt  Orphan = "RICOSTRUITO" // the start date is in the event that is known
	OrphanUnplaced Orphan = "ISOLATO"     // not even the start date is known
)

// End is the last day by all that is valid: the termination, else the last extension, else the end agreed at the
// hire; 0 while open. A conversion to permanent opens the end again unless a termination closes it.
func (r *Relationship) End() Date {
	switch {
	case r.TerminatedOn != 0:
		return r.TerminatedOn
	case r.PermanentFrom != 0:
		return 0
	case len(r.Extensions) > 0:
		return r.Extensions[len(r.Extensions)-1].To
	}
	return r.AgreedEnd
}

// Employers gives present and former employers, the present first.
func (r *Relationship) Employers() []string {
	return append([]string{r.Employer}, r.FormerEmployers...)
}

// EmployedBy tells whether code is the present employer or one the worker was transferred from; "" never is.
func (r *Relationship) EmployedBy(code string) bool {
	if code == "" {
		return false
	}
	if r.Employer == code {
		return true
	}
	for _, f := range r.FormerEmployers {
		if f == code {
			return true
		}
	}
	return false
}

// Agency tells whether the job is agency work (somministrazione), which the root of the document says and the
// contract code does not.
func (r *Relationship) Agency() bool { return r.Model == ModelUnisomm }

// Dossier is all that is known of one person on a night: what rules decide from. Claims and facts may carry several
// codes, where notices of changed codes make them one person's.
type Dossier struct {
	Person         CodiceFiscale      // the newest code, by date of the notices
	Claims         []Claim            // by decorrenza, then number
	Communications []Communication    // each once, by time of sending, code, identity
	Submissions    []Submission       // each once, by time, protocol, identity; drafts included
	Notices        []Notice           // each once, by date, protocol, identity
	Questions      []DomesticQuestion // each once, by date, protocol, identity
	Vouchers       []Voucher          // each once, by date, identity
	Issued         []Action           // actions in force after the last published night
	Open           []Exception        // exceptions of the last published night, those closed that night included

	// Doubtful are facts under other codes that may be the person's (I01), by code, then identity. No rule decides on them.
	Doubtful []Doubtful
	// Elsewhere is what is in force on claims of the person under codes that are not the person's, by claim, then code (I01).
	Elsewhere []Elsewhere
	// Joined are the codes that became the person's by a notice of tonight, in order: what is under them was known before,
	// and was not the person's (I01).
	Joined []CodiceFiscale

	// Stop is an operator's hand on the person; nil where there is none.
	Stop *Stop
	// Waiting says, by number, on which claims nothing new is automatic tonight because it waits for a person's word on the
	// night, and why, in Italian; what is automatic stays as it was issued. Nil for none.
	Waiting map[string]string
	// Corrections are the nights of the past on which claims of the person were corrected by themselves, in any order.
	Corrections []CorrectionNight
}

// Elsewhere tells what is in force on a claim under another code than the one that the snapshot has it under.
type Elsewhere struct {
	Claim   string
	Code    CodiceFiscale // under which it was issued
	First   string        // id of the first of the actions by day, then id
	From    Date          // its first day
	Actions int
}
