// Package chain rebuilds the jobs of one person from the mandatory communications that speak of them.
//
// No document carries an identifier of a job. A job is found again from worker, employer, first day and model, and
// from the codes by which corrections (rettifica, 03) and cancellations (annullamento, 04) name what they change.
// [Build] does that in three steps, each a function of the documents alone, so that neither the order of arrival nor
// the packaging matters: documents are first put in the order of sending, ties by code, then identity.
//
// # 1. Statements
//
// A document and all those that correct or cancel it, however long the chain, are one statement: one hire, one
// extension and so on, with its history. At most one document of a statement is valid.
//
//   - Of several documents that name one code, the one sent last decides. A correction takes the place of what it
//     names; what names the correction acts on the whole. A cancelled correction does not bring back what it replaced;
//     a cancelled cancellation does.
//   - A code names one communication. Where several documents with different content bear it, all stand until a
//     document names the code, and that one acts on them all. That they stand is not to say that they are all believed:
//     [InForce] gives them to whoever decides.
//   - A correction or cancellation sent before what it names still acts on it: a code cannot be known before it was
//     given, so it is the clock that is wrong.
//   - Documents that name one another in a ring: the reference by which the ring closes, seen from its first document,
//     is ignored.
//   - A correction whose target is not here stands for it, being a full document; several of one unknown target are
//     versions of one statement. A cancellation whose target is not here acts on the last document sent before it
//     with the same model, event, employer, start and event date; where there is none it has no effect and is kept in
//     the chain of the relationship it points at, or in one of its own, which is then Cancelled.
//   - Codes not yet assigned are never joined on.
//   - A correction that names another worker ([pipeline.PartWithdrawn]) is a cancellation to the one it names no longer, of the
//     code that it cites and of nothing else, and so is a cancellation. A cancellation of which that is known is of
//     nothing else to whom it names, either, whatever it repeats. One of [pipeline.PartContended] counts before whatever else acts on
//     that code, however late it was sent.
//   - Corrections and cancellations of domestic work do not say what happened; they are of the event of the record they
//     name, whatever their own Event says, as long as that record is here, if only as what it is to another worker
//     ([pipeline.PartCited]). Its codes meet one another only.
//
// # 2. Relationships
//
// Hires with the same model, employer and first day are one relationship, also where both are valid (the same hire
// sent twice, or a new mission within one agency relation): the data of the one sent last count. Later events join
// by employer and first day, replaced versions of the hire included; failing that, weakly, by employer and days: the
// latest relationship begun on or before the event that still ran then (for an extension: on the last day it states
// or the start it cites). UniSomm, domestic work and the rest never join across. A transfer (VarDatori) opens the
// relationship to events under the new employer's code. An event that finds no hire is an orphan: with a first day it
// rebuilds a relationship, which others with the same employer and day join.
//
// An urgent notice (UniUrg) joins the hire that cites it, the relationship with its employer and day, or a hire sent
// as following an urgency and begun within five days of it.
//
// # 3. Facts
//
// Facts are taken from valid documents only; Chain holds them all.
//
//   - A relationship is Cancelled when all its hires are, even if a later event stands: it has nothing to stand on. Its
//     employer, first day and contract are then those last stated. Neither Urgent nor Orphan is set beside Cancelled.
//   - Extensions keep the place of the document they correct. A start document for a new mission that shows a later
//     end of the agency relation counts as an extension.
//   - In UniSomm 2.03 and 4.01 are about the mission alone, and 3.0x do not touch the end.
//   - A conversion whose code takes no end away takes none, whatever contract it shows; where it states no end, Shown has that
//     contract, and whoever decides sees whether it can be reconciled with the end that stands.
//   - Pending is what the valid document sent last says.
//   - In a relationship rebuilt from a conversion alone, Contract is the one after the conversion.
package chain
