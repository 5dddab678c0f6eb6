package ledger

import "incrocio/pipeline"

// What the rows of persons who rest (see [Result.Until]) become on a later night. Nothing but data_elaborazione changes, so
// rows stay in the order of their tables. Rows of azioni_in_essere stay as they are, for theirs is the night that published
// them; azioni has none.

// CarryException carries a row of eccezioni to a later night. Those of persons who rest are open, and stay so.
func CarryException(e *pipeline.Exception, night pipeline.Date) { e.Night = night }

// CarrySubmission carries a row of comunicazioni.
func CarrySubmission(s *pipeline.SubmissionRow, night pipeline.Date) { s.Night = night }

// CarryStretch carries a row of situazione.
func CarryStretch(s *pipeline.Stretch, night pipeline.Date) { s.Night = night }

// CarryAgenda carries a row of agenda.
func CarryAgenda(a *pipeline.AgendaRow, night pipeline.Date) { a.Night = night }

// CarryEvidence carries a row of evidenze.
func CarryEvidence(e *pipeline.Evidence, night pipeline.Date) { e.Night = night }
