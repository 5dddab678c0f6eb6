package rules_test

import (
	"slices"
	"testing"

	"incrocio/pipeline"
)

func TestLimitsOfEvents(t *testing.T) { check(t, eventLimits()) }

func eventLimits() []limit {
	return slices.Concat(suspendingEvents(), otherEvents(), pensions(), losses())
}

func TestLimitsOfSubmissions(t *testing.T) { check(t, submissionLimits()) }

func submissionLimits() []limit {
	return slices.Concat(oneEvent(), pins(), mandates(), channels(), dataChanges(), drafts(), repetitions(), overpaidDays())
}

// suspendingEvents are sickness, hospital, maternity, civil service: on claimW, from 2013-02-20 to 2013-10-17.
func suspendingEvents() []limit {
	var out []limit
	for rule, kind := range map[string]string{
		"R51": pipeline.EventSickness, "R52": pipeline.EventHospital, "R53": pipeline.EventMaternity, "R54": pipeline.EventCivilService,
	} {
		tell := func(from, to string, dates ...string) []step {
			return []step{declared("2013-03-07", event(kind, from, to)), nights(dates...)}
		}
		late := func(from, to string) []step {
			return []step{declared("2013-10-29", event(kind, from, to)), nights("2013-10-29")}
		}
		out = append(
			out,
			limit{rule, "miss: over the day before decorrenza", claimW, tell("2013-02-15", "2013-02-19", "2013-03-08"), "", ""},
			limit{rule, "over on decorrenza", claimW, tell("2013-02-15", "2013-02-20", "2013-02-20"), "SOSPENSIONE 2013-02-20 2013-02-20", ""},
			limit{rule, "over after decorrenza", claimW, tell("2013-02-15", "2013-02-21", "2013-02-21"), "SOSPENSIONE 2013-02-20 2013-02-21", ""},
			limit{rule, "begun on decorrenza", claimW, tell("2013-02-20", "2013-02-21", "2013-02-21"), "SOSPENSIONE 2013-02-20 2013-02-21", ""},
			limit{rule, "begun after decorrenza", claimW, tell("2013-02-21", "2013-02-21", "2013-02-21"), "SOSPENSIONE 2013-02-21 2013-02-21", ""},
			limit{rule, "of a year: no limit", claimW, tell("2013-03-07", "2014-03-21", "2013-03-08"), "SOSPENSIONE 2013-03-07 2014-03-21", ""},
			limit{rule, "on its last day", claimW, tell("2013-03-07", "2013-03-16", "2013-03-08", "2013-03-16"), "SOSPENSIONE 2013-03-07 2013-03-16", ""},
			limit{rule, "on the day after", claimW, tell("2013-03-07", "2013-03-16", "2013-03-08", "2013-03-17"), "SOSPENSIONE 2013-03-07 2013-03-16, RIPRESA 2013-03-17", ""},
			limit{rule, "two days after", claimW, tell("2013-03-07", "2013-03-16", "2013-03-08", "2013-03-18"), "SOSPENSIONE 2013-03-07 2013-03-16, RIPRESA 2013-03-17", ""},
			limit{rule, "no end", claimW, tell("2013-03-07", "", "2013-03-08", "2013-12-18"), "SOSPENSIONE 2013-03-07", "FINE_MANCANTE:ATTESA"},
			limit{rule, "over before it begins", claimW, tell("2013-03-07", "2013-03-06", "2013-03-08"), "", "DATE_NON_VALIDE"},
			limit{rule, "no start", claimW, tell("", "2013-03-16", "2013-03-08"), "", "DATE_NON_VALIDE"},
			limit{rule, "begun on the last day", claimW, late("2013-10-17", "2013-10-29"), "SOSPENSIONE 2013-10-17 2013-10-29", ""},
			limit{rule, "begun after the last day", claimW, late("2013-10-18", "2013-10-29"), "", "INIZIO_VICINO_ALLA_FINE"},
			limit{rule, "miss: begun after the window", claimW, late("2013-10-25", "2013-10-29"), "", ""},
		)
	}
	return out
}

func otherEvents() []limit {
	var out []limit
	for _, c := range []struct{ rule, kind, code string }{
		{"R55", pipeline.EventExpatriation, "ESPATRIO"}, {"R56", pipeline.EventPension, "PENSIONE_NON_INPS"},
	} {
		tell := func(from, to string) []step {
			return []step{declared("2013-10-29", event(c.kind, from, to)), nights("2013-10-29")}
		}
		out = append(
			out,
			limit{c.rule, "miss: over before decorrenza", claimW, tell("2013-02-13", "2013-02-19"), "", ""},
			limit{c.rule, "on decorrenza", claimW, tell("2013-02-20", "2013-02-20"), "", c.code},
			limit{c.rule, "within the benefit, no end", claimW, tell("2013-03-07", ""), "", c.code},
			limit{c.rule, "on the last day", claimW, tell("2013-10-17", ""), "", c.code},
			limit{c.rule, "after the last day", claimW, tell("2013-10-18", ""), "", "INIZIO_VICINO_ALLA_FINE"},
			limit{c.rule, "miss: after the window", claimW, tell("2013-10-25", ""), "", ""},
		)
	}
	return append(out,
		limit{"R55", "the same days told as work abroad", claimA, []step{
			declared("2014-06-24", event(pipeline.EventExpatriation, "2014-06-23", "2014-07-09")),
			declared("2014-06-26", abroad("2014-06-23", "2014-07-09", "FR")), nights("2014-06-27"),
		}, "SOSPENSIONE 2014-06-23 2014-07-09", "ESPATRIO"},
	)
}

func pensions() []limit {
	met := func(day string) []step { return []step{noticed(pipeline.NoticePension, day), nights("2013-10-16")} }
	const code = "REQUISITI_PENSIONE"
	toSeptember := aspi("2013-02-20", granted(223))
	return []limit{
		{"R57", "met the day before the end of a month", claimW, met("2013-03-30"), "DECADENZA? 2013-04-01", code},
		{"R57", "met on the last day of a month", claimW, met("2013-03-31"), "DECADENZA? 2013-04-01", code},
		{"R57", "met on the first of a month", claimW, met("2013-04-01"), "DECADENZA? 2013-05-01", code},
		{"R57", "met on the 31st before a month of 30 days", claimW, met("2013-05-31"), "DECADENZA? " + shift("2013-05-31", 1), code},
		{"R57", "met in December", claimL, []step{noticed(pipeline.NoticePension, "2014-12-22"), nights("2015-01-07")}, "DECADENZA? 2015-01-01", code},
		{"R57", "useful from the last day of the benefit", aspi("2013-02-20", granted(224)), met("2013-09-20"), "DECADENZA? 2013-10-01", code},
		{"R57", "useful from the day after the benefit, within the window", toSeptember, met("2013-09-20"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R57", "useful from the last day that a suspension gives", toSeptember, append(met("2013-09-20"), declared("2013-09-26", event(pipeline.EventSickness, "2013-09-25", "2013-09-25")), nights("2013-10-17")), "SOSPENSIONE 2013-09-25 2013-09-25, RIPRESA 2013-09-26, DECADENZA? 2013-10-01", code},
		{"R57", "miss: useful from after the window", aspi("2013-02-20", granted(215)), met("2013-09-20"), "", ""},
		{"R57", "miss: useful from after a decadence", claimW, append([]step{hired("2013-09-25", "", permanent), nights("2013-09-26")}, met("2013-09-20")...), "DECADENZA 2013-09-25", ""},
		{"R57", "met within a benefit, useful within another", []pipeline.Claim{claimW[0], aspi("2013-10-22", numbered("D2"))[0]}, met("2013-10-10"), "DECADENZA? 2013-11-01", code},
		{"R57", "met within a benefit, useful within one of another law", []pipeline.Claim{claimW[0], aspi("2013-11-22", numbered("D2"), benefit(pipeline.BenefitNASpI))[0]}, met("2013-10-10"), "", "DOMANDA_FUORI_AMBITO"},
		{"R57", "miss: met after the window", claimW, []step{noticed(pipeline.NoticePension, "2013-10-25"), nights("2013-10-26")}, "", ""},
		{"R57", "an allowance on the first day", claimW, []step{noticed(pipeline.NoticeInvalidity, "2013-02-20"), nights("2013-10-16")}, "", "ASSEGNO_INVALIDITA"},
		{"R57", "an allowance on the last day", claimW, []step{noticed(pipeline.NoticeInvalidity, "2013-10-17"), nights("2013-10-19")}, "", "ASSEGNO_INVALIDITA"},
		{"R57", "miss: an allowance after the window", claimW, []step{noticed(pipeline.NoticeInvalidity, "2013-10-25"), nights("2013-10-26")}, "", ""},
	}
}

func losses() []limit {
	told := func(kind, day string) []step { return []step{noticed(kind, day), nights("2013-10-26")} }
	return []limit{
		{"R58", "status lost on the first day", claimW, told(pipeline.NoticeStatusLoss, "2013-02-20"), "DECADENZA? 2013-02-20", "PERDITA_STATO"},
		{"R58", "status lost after the first day", claimW, told(pipeline.NoticeStatusLoss, "2013-02-21"), "DECADENZA? 2013-02-21", "PERDITA_STATO"},
		{"R58", "an offer refused on the last day", claimW, told(pipeline.NoticeRefusal, "2013-10-17"), "DECADENZA? 2013-10-17", "PERDITA_STATO"},
		{"R58", "miss: an offer refused after the window", claimW, told(pipeline.NoticeRefusal, "2013-10-25"), "", ""},
		{"R58", "miss: the claim is exhausted", aspi("2013-02-20", inState(pipeline.StateExhausted)), told(pipeline.NoticeRefusal, "2013-10-17"), "", ""},
	}
}

// ill is the event of the cases on submissions: sickness from 2014-08-17 to 2014-08-26, told on a day.
func ill(day string, opts ...subOption) []step {
	return []step{declared(day, event(pipeline.EventSickness, "2014-08-17", "2014-08-26"), opts...), nights("2014-08-26")}
}

const illDays = "SOSPENSIONE 2014-08-17 2014-08-26"

func oneEvent() []limit {
	one := func(s *pipeline.Submission) { s.Protocol = "INPS.7000.17/08/2014.0000009" }
	told := declared("2014-08-17", event(pipeline.EventSickness, "2014-08-17", "2014-08-26"), one)
	other := declared("2014-08-17", event(pipeline.EventHospital, "2014-07-01", "2014-07-09"), one)
	change := declared("2014-08-17", pipeline.Event{}, onlyChanges(pipeline.DataChanges{Email: "x@example.org"}), one)
	acted := func(s *teller) { s.d.Submissions[1].Acquired = s.prev }
	twins := func(steps ...step) []step { // on a night after those before
		return append(steps, func(s *teller) { s.run(max(s.prev+1, on("2014-08-25"))) })
	}
	home := &pipeline.Address{Street: "Via Appia 1", Commune: "H501", Postal: "00184"}
	return []limit{
		{"R62", "one event", claimA, ill("2014-08-17"), illDays, ""},
		{"R62", "another event under its protocol", claimA, twins(told, other), "", "EVENTI_MULTIPLI"},
		{"R62", "another event under its protocol, in the other order", claimA, twins(other, told), "", "EVENTI_MULTIPLI"},
		{"R62", "another event under its protocol, on other nights too", claimA, append(twins(told, other), nights("2014-08-27", "2014-08-28")), "", "EVENTI_MULTIPLI"},
		{"R62", "another event under its protocol, later", claimA, append(twins(told), twins(other)...), illDays, "EVENTI_MULTIPLI"},
		{"R62", "a change under its protocol, later", claimA, append(twins(told), twins(change)...), illDays, "EVENTI_MULTIPLI"},
		{"R62", "both again under the protocol", claimA, append(twins(told, other), twins(told)...), "", "EVENTI_MULTIPLI"},
		{"R62", "miss: another event under its protocol, of a night that has acted", claimA, append(twins(told), other, acted, nights("2014-08-26")), illDays + ", SOSPENSIONE 2014-07-01 2014-07-09, RIPRESA 2014-07-10", ""},
		{"R62", "miss: the same under its protocol", claimA, twins(told, told), illDays, "DUPLICATO"},
		{"R62", "two events", claimA, ill("2014-08-17", alsoTells(event(pipeline.EventSickness, "2014-09-12", "2014-09-13"))), "", "EVENTI_MULTIPLI"},
		{"R62", "the same event twice", claimA, ill("2014-08-17", alsoTells(event(pipeline.EventSickness, "2014-08-17", "2014-08-26"))), "", "EVENTI_MULTIPLI"},
		{"R62", "an event and a change", claimA, ill("2014-08-17", changing(pipeline.DataChanges{Email: "x@example.org"})), "", "EVENTI_MULTIPLI"},
		{"R62", "miss: several changes", claimA, ill("2014-08-17", onlyChanges(pipeline.DataChanges{Email: "x@example.org", Phone: "06555", Residence: home, Domicile: home})), "VARIAZIONE_DATI 2014-08-17, VARIAZIONE_DATI 2014-08-17, VARIAZIONE_DATI 2014-08-17, VARIAZIONE_DATI 2014-08-17", ""},
	}
}

func pins() []limit {
	held := func(pin, channel, since string) []step {
		steps := []step{}
		if since != "" {
			steps = append(steps, noticed(pipeline.NoticePIN, since))
		}
		return append(steps, ill("2014-08-17", withPIN(pin), through(channel))...)
	}
	const basic, code = pipeline.PINBasic, "PIN_NON_DISPOSITIVO"
	return []limit{
		{"R63", "basic", claimA, held(basic, pipeline.ChannelWeb, ""), "", code},
		{"R63", "dispositive from the day after the night", claimA, held(basic, pipeline.ChannelWeb, "2014-08-27"), "", code},
		{"R63", "dispositive from the night", claimA, held(basic, pipeline.ChannelWeb, "2014-08-26"), illDays, ""},
		{"R63", "dispositive from the day before the night", claimA, held(basic, pipeline.ChannelWeb, "2014-08-25"), illDays, ""},
		{"R63", "unknown, on the web", claimA, held("", pipeline.ChannelWeb, ""), "", code},
		{"R63", "basic, by telephone", claimA, held(basic, pipeline.ChannelContactCenter, ""), "", code},
		{"R63", "miss: unknown, by telephone", claimA, held("", pipeline.ChannelContactCenter, ""), illDays, ""},
		{"R63", "miss: dispositive", claimA, held(pipeline.PINDispositive, pipeline.ChannelWeb, ""), illDays, ""},
	}
}

func mandates() []limit {
	notice := func(day, patronato string) []step {
		return append([]step{noticed(pipeline.NoticeMandate, day, func(n *pipeline.Notice) { n.Patronato = patronato })}, ill("2014-08-17", mandated(""))...)
	}
	const code = "DELEGA_ASSENTE"
	return []limit{
		{"R64", "registered the day before", claimA, ill("2014-08-17", mandated("2014-08-16")), illDays, ""},
		{"R64", "miss: registered the same day", claimA, ill("2014-08-17", mandated("2014-08-17")), illDays, ""},
		{"R64", "registered the day after", claimA, ill("2014-08-17", mandated(shift("2014-08-17", 1))), "", code},
		{"R64", "none", claimA, ill("2014-08-17", mandated("")), "", code},
		{"R64", "by a notice, the day before", claimA, notice("2014-08-16", "PAT01"), illDays, ""},
		{"R64", "by a notice, the same day", claimA, notice("2014-08-17", "PAT01"), illDays, ""},
		{"R64", "by a notice, the day after", claimA, notice(shift("2014-08-17", 1), "PAT01"), "", code},
		{"R64", "by a notice, of another patronato", claimA, notice("2014-08-16", "PAT02"), "", code},
	}
}

func channels() []limit {
	may := func(day string, opts ...subOption) []step {
		return []step{declared(day, event(pipeline.EventSickness, "2014-05-08", "2014-05-16"), opts...), nights("2014-06-20")}
	}
	ahead := func(dates ...string) []step {
		return []step{func(s *teller) { s.ahead = true }, declared("2014-08-25", event(pipeline.EventSickness, "2014-08-17", "2014-08-26")), nights(dates...)}
	}
	const spring, code = "SOSPENSIONE 2014-05-08 2014-05-16, RIPRESA 2014-05-17", "CANALE_NON_AMMESSO"
	paper := through(pipeline.ChannelPaper)
	return []limit{
		{"R65", "paper, the day before its last", claimA, ill("2014-08-17", paper), illDays, ""},
		{"R65", "miss: paper, on its last day", claimA, ill("2014-08-18", paper), illDays, ""},
		{"R65", "paper, after its last day", claimA, ill("2014-08-19", paper), "", code},
		{"R65", "web, before its first day", claimA, may("2014-06-17", through(pipeline.ChannelWeb), withPIN(pipeline.PINDispositive)), "", code},
		{"R65", "miss: web, on its first day", claimA, may("2014-06-18"), spring, ""},
		{"R65", "web, after its first day", claimA, may("2014-06-19"), spring, ""},
		{"R65", "telephone, before its first day", claimA, may("2014-06-17", through(pipeline.ChannelContactCenter)), "", code},
		{"R65", "telephone, on its first day", claimA, may("2014-06-18", through(pipeline.ChannelContactCenter)), spring, ""},
		{"R65", "patronato, before its first day", claimA, may("2014-06-17", mandated("2014-05-26")), "", code},
		{"R65", "patronato, on its first day", claimA, may("2014-06-18", mandated("2014-05-26")), spring, ""},
		{"R68", "dated the day after the night", claimA, ahead("2014-08-24"), "", ""},
		{"R68", "dated on the night, and the day before it on the night before", claimA, ahead("2014-08-24", "2014-08-25"), illDays, ""},
		{"R68", "one that a night has acted on stays", claimA, append(ahead("2014-08-25"), func(s *teller) { s.d.Submissions[0].SubmittedOn += 9 }, nights("2014-08-26")), illDays, ""},
		{"R65", "the old form on paper, in its time", claimA, ill("2014-08-17", paper, legacyForm), "", "MODELLO_SUPERATO"},
		{"R65", "the old form on paper, after it", claimA, ill("2014-08-19", paper, legacyForm), "", "MODELLO_SUPERATO"},
	}
}

func dataChanges() []limit {
	pay := func(mode, iban string) []step {
		return ill("2014-08-17", onlyChanges(pipeline.DataChanges{Email: "x@example.org", Payment: &pipeline.Payment{Mode: mode, IBAN: iban}}))
	}
	const good, one, both = "IT60X0542811101000000123456", "VARIAZIONE_DATI 2014-08-17", "VARIAZIONE_DATI 2014-08-17, VARIAZIONE_DATI 2014-08-17"
	account, counter := pipeline.PaymentOnAccount, pipeline.PaymentAtCounter
	const code = "VARIAZIONE_NON_VALIDA"
	return []limit{
		{"R66", "an account of 27 characters", claimA, pay(account, good), both, ""},
		{"R66", "of 26", claimA, pay(account, good[:26]), one, code},
		{"R66", "of 28", claimA, pay(account, good+"7"), one, code},
		{"R66", "the wrong check digits", claimA, pay(account, "IT61"+good[4:]), one, code},
		{"R66", "one digit wrong", claimA, pay(account, good[:26]+"7"), one, code},
		{"R66", "no account number", claimA, pay(account, ""), one, code},
		{"R66", "an account number, but at the counter", claimA, pay(counter, good), one, code},
		{"R66", "at the counter", claimA, pay(counter, ""), both, ""},
		{"R66", "miss: nothing to change", claimA, ill("2014-08-17", onlyChanges(pipeline.DataChanges{})), "", ""},
	}
}

func drafts() []limit {
	return []limit{
		{"R67", "miss: an event saved, never sent", claimA, ill("2014-08-17", draft), "", ""},
		{"R67", "miss: changes saved, never sent", claimA, ill("2014-08-17", onlyChanges(pipeline.DataChanges{Email: "x@example.org"}), draft), "", ""},
		{"R67", "sent after it was saved", claimA, append(ill("2014-08-16", draft)[:1], ill("2014-08-17")...), illDays, ""},
	}
}

// repetitions have sickness from 2014-10-25 to 2014-10-27, and what is told of it on the day after.
func repetitions() []limit {
	sick := pipeline.EventSickness
	again := func(kind, from, to string) []step {
		return []step{
			declared("2014-10-26", event(sick, "2014-10-25", "2014-10-27")),
			declared("2014-10-28", event(kind, from, to)), nights("2014-10-28"),
		}
	}
	const first, resumed = "SOSPENSIONE 2014-10-25 2014-10-27", "SOSPENSIONE 2014-10-25 2014-10-27, RIPRESA 2014-10-28"
	open := []step{declared("2014-10-26", event(sick, "2014-10-25", "")), nights("2014-10-26"), declared("2014-10-28", event(sick, "2014-10-25", "2014-10-27")), nights("2014-10-28")}
	return []limit{
		{"R69", "the same", claimA, append(ill("2014-08-17")[:1], ill("2014-08-17")...), illDays, "DUPLICATO"},
		{"R69", "longer, a day in common", claimA, again(sick, "2014-10-27", "2014-10-29"), "SOSPENSIONE 2014-10-25 2014-10-29", ""},
		{"R69", "longer, from the day after", claimA, again(sick, "2014-10-28", "2014-10-29"), "SOSPENSIONE 2014-10-25 2014-10-29", ""},
		{"R69", "miss: a day between", claimA, again(sick, "2014-10-29", "2014-10-30"), resumed + ", SOSPENSIONE 2014-10-29 2014-10-30", ""},
		{"R69", "longer by a day, the same start", claimA, again(sick, "2014-10-25", "2014-10-28"), "SOSPENSIONE 2014-10-25 2014-10-28", ""},
		{"R69", "shorter by a day", claimA, again(sick, "2014-10-25", "2014-10-26"), resumed, "DATE_IN_CONTRASTO=1"},
		{"R69", "begun a day before", claimA, again(sick, "2014-10-24", "2014-10-27"), resumed, "DATE_IN_CONTRASTO=1"},
		{"R69", "over the day before the first", claimA, again(sick, "2014-10-23", "2014-10-24"), resumed, "DATE_IN_CONTRASTO=5"},
		{"R69", "over two days before the first", claimA, again(sick, "2014-10-23", "2014-10-23"), "SOSPENSIONE 2014-10-23 2014-10-23, RIPRESA 2014-10-24, " + resumed, ""},
		{"R69", "an open end is closed", claimA, open, resumed, ""},
		{"R69", "miss: another kind of event", claimA, again(pipeline.EventHospital, "2014-10-25", "2014-10-26"), resumed, ""},
		{"R69", "miss: one alone", claimA, []step{declared("2014-10-26", event(sick, "2014-10-25", "2014-10-27")), nights("2014-10-26")}, first, ""},
	}
}

// overpaidDays has a job from 2014-05-08 to 2014-05-16, and days paid already.
func overpaidDays() []limit {
	job := func(paid string) []step {
		return []step{claimNow(paidTo(paid)), hired("2014-05-08", "2014-05-16"), nights("2014-05-21")}
	}
	forfeit := func(paid string) []step {
		return []step{claimNow(paidTo(paid)), hired("2014-05-08", "", permanent), nights("2014-05-21")}
	}
	waited := func(paid string) []step {
		return []step{claimNow(paidTo(paid)), hired("2013-02-13", "2013-02-25"), nights("2013-03-07")}
	}
	const days = "SOSPENSIONE 2014-05-08 2014-05-16"
	return []limit{
		{"R70", "miss: paid to the day before the job", claimA, job("2014-05-07"), days, ""},
		{"R70", "paid to its first day", claimA, job("2014-05-08"), days, "INDEBITO=1"},
		{"R70", "paid to its second day", claimA, job("2014-05-09"), days, "INDEBITO=2"},
		{"R70", "paid to the day before its last", claimA, job("2014-05-15"), days, "INDEBITO=8"},
		{"R70", "paid to its last day", claimA, job("2014-05-16"), days, "INDEBITO=9"},
		{"R70", "paid beyond", claimA, job("2014-05-17"), days, "INDEBITO=9"},
		{"R70", "paid later, when it is suspended already", claimA, append(job("2014-05-07"), claimNow(paidTo("2014-05-17")), nights("2014-05-22")), days + ", RIPRESA 2014-05-17", ""},
		{"R70", "kept as first found", claimA, append(job("2014-05-09"), claimNow(paidTo("2014-05-16")), nights("2014-05-22")), days + ", RIPRESA 2014-05-17", "INDEBITO=2"},
		{"R70", "decadence, paid to the day before", claimA, forfeit("2014-05-07"), "DECADENZA 2014-05-08", ""},
		{"R70", "decadence, paid to its day", claimA, forfeit("2014-05-08"), "DECADENZA 2014-05-08", "INDEBITO=1"},
		{"R70", "decadence, paid to the night", claimA, forfeit("2014-05-21"), "DECADENZA 2014-05-08", "INDEBITO=14"},
		{"R70", "from decorrenza only, paid to the day before it", claimW, waited("2013-02-19"), "SOSPENSIONE! 2013-02-20 2013-02-25", "INIZIO_IN_CARENZA"},
		{"R70", "from decorrenza only, paid to it", claimW, waited("2013-02-20"), "SOSPENSIONE! 2013-02-20 2013-02-25", "INIZIO_IN_CARENZA, INDEBITO=1"},
	}
}

// TestFlagsOfASubmission has the lists and flags of R68: nobody has read what the procedure worked or what waits for an
// office.
func TestFlagsOfASubmission(t *testing.T) {
	for name, c := range map[string]struct {
		tell []step
		list string
	}{
		"worked by the procedure": {ill("2014-08-17"), pipeline.ListWorked},
		"an exception is open":    {ill("2014-08-19", through(pipeline.ChannelPaper)), pipeline.ListPending},
		"a reduction is proposed": {[]step{declared("2014-05-07", later(pipeline.CaseRunning, activity("2014-04-22", 1000_00), 2014)), nights("2014-05-09")}, pipeline.ListPending},
	} {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Clone(claimA)}}
		for _, f := range c.tell {
			f(s)
		}
		if len(s.last.Submissions) != 1 {
			t.Fatalf("%s: %d rows", name, len(s.last.Submissions))
		}
		if row := s.last.Submissions[0]; row.List != c.list || row.Read || row.ReadAt != 0 {
			t.Errorf("%s: list %s, read %v", name, row.List, row.Read)
		}
	}
}
