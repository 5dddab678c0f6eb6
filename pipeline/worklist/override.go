package worklist

import "incrocio/pipeline"

// Override is the word of a person that a night may be published although the gates refuse or hold it (accettazione dei
// varchi).
type Override struct {
	Night    pipeline.Date
	Revision int    // of the night
	Findings string // digest of what the gates found: the word holds for that and nothing else
	By       string // account
	Person   string // who that is, see [Operator.ID]
	At       pipeline.Instant
	Reason   string
}

// about tells whether two words are about the same findings on the same night.
func (o *Override) about(other *Override) bool {
	return o.Night == other.Night && o.Revision == other.Revision && o.Findings == other.Findings
}

// Accept says whether a night may pass the gates on an operator's word, where that takes two persons. now is the word that is
// given, its By and Person filled in from who; earlier are those that were given before, in order. It gives
//   - the earlier word of another person about the same findings, and no error: the night may pass;
//   - nil and no error: nobody has spoken yet; the word is to be kept, and waits for a second person;
//   - nil and [ErrSamePerson]: only the same person has spoken, under whatever account;
//   - nil and [ErrRole]: a night is of all sedi, so the word is that of a RESPONSABILE of all of them.
func Accept(who *Operator, now Override, earlier []Override) (*Override, error) {
	if who.Role != RoleSupervisor || !who.AllOffices {
		return nil, ErrRole
	}
	var err error
	for i := range earlier {
		switch e := &earlier[i]; {
		case !e.about(&now):
		case fold(e.Person) != who.ID():
			return e, nil
		default:
			err = ErrSamePerson
		}
	}
	return nil, err
}
