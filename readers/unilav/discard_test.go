package unilav_test

import (
	"fmt"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
)

// edited replaces, one after another, each old text of a document by a new one; the old text must be there.
func edited(t *testing.T, name string, edits ...string) inbox.Document {
	t.Helper()
	doc := document(t, name)
	text := string(doc.Data)
	for i := 0; i < len(edits); i += 2 {
		next := strings.Replace(text, edits[i], edits[i+1], 1)
		if next == text {
			t.Fatalf("%s: no %q", name, edits[i])
		}
		text = next
	}
	doc.Data = []byte(text)
	return doc
}

// discarded asserts that a document gives one discard with that code.
func discarded(t *testing.T, doc inbox.Document, code string) pipeline.Discard {
	t.Helper()
	parsed := unilav.Parse(doc)
	if len(parsed.Communications) > 0 || len(parsed.Discards) != 1 {
		t.Fatalf("%d communications, discards %+v; want one discard %s", len(parsed.Communications), parsed.Discards, code)
	}
	d := parsed.Discards[0]
	if d.Code != code || d.Source != doc.Source || d.Message == "" {
		t.Fatalf("%+v, want %s", d, code)
	}
	return d
}

const (
	hire     = "assunzione.xml"
	cessant  = "cessazione.xml"
	transfer = "trasferimento.xml"
	mission  = "somministrazione_fine_missione.xml"
	twin     = "assunzione.json"
)

// damages are edits of good documents and the discard that each must become.
var damages = []struct {
	name, file, code string
	edits            []string
}{
	{"no code", hire, pipeline.DiscardMissing, []string{`codiceComunicazione="1800014001234567"`, ``}},
	{"short code", hire, pipeline.DiscardCode, []string{`"1800014001234567"`, `"180001400123456"`}},
	{"code with a space", hire, pipeline.DiscardCode, []string{`"1800014001234567"`, `"18000140 1234567"`}},
	{"short previous code", "rettifica.xml", pipeline.DiscardCode, []string{`Prec="1800014001234567"`, `Prec="18"`, `Precedente="1800014001234567"`, `x="1"`}},
	{"previous codes differ", "rettifica.xml", pipeline.DiscardPrevious, []string{`Precedente="1800014001234567"`, `Precedente="1800014001234568"`}},
	{"no sending date", hire, pipeline.DiscardMissing, []string{`dataInvio=`, `dataInvioX=`}},
	{"sending date is none", hire, pipeline.DiscardDate, []string{`2014-02-27T`, `2014-02-30T`}},
	{"sending time is none", hire, pipeline.DiscardDate, []string{`T09:30:15`, `T24:00:00`}},
	{"sending offset is none", hire, pipeline.DiscardDate, []string{`+01:00"`, `+15:00"`}},
	{"Italian sending date", hire, pipeline.DiscardDate, []string{`2014-02-27T09:30:15.1234567+01:00`, `27/02/2014`}},
	{"fraction without digits", hire, pipeline.DiscardDate, []string{`15.1234567`, `15.`}},
	{"before the calendar", hire, pipeline.DiscardDate, []string{`2014-02-27T09:30:15.1234567+01:00`, `0001-01-01T00:00:00+14:00`}},
	{"no purpose", hire, pipeline.DiscardMissing, []string{`<TipoComunicazione>01</TipoComunicazione>`, ``}},
	{"purpose 00", hire, pipeline.DiscardValue, []string{`>01</TipoC`, `>00</TipoC`}},
	{"purpose 10", hire, pipeline.DiscardValue, []string{`>01</TipoC`, `>10</TipoC`}},
	{"purpose twice", hire, pipeline.DiscardDuplicate, []string{`<TipoComunicazione>`, `<TipoComunicazione>01</TipoComunicazione><TipoComunicazione>`}},
	{"no employer", hire, pipeline.DiscardMissing, []string{`<DatoreLavoro codiceFiscale="02145670895"`, `<DatoreLavoro`}},
	{"employer twice", hire, pipeline.DiscardDuplicate, []string{`<Lavoratore>`, `<DatoreLavoro codiceFiscale="1"/><Lavoratore>`}},
	{"no worker", hire, pipeline.DiscardMissing, []string{`<codice-fiscale>BRNLCU81C12F205X</codice-fiscale>`, ``}},
	{"empty worker", hire, pipeline.DiscardMissing, []string{`>BRNLCU81C12F205X<`, `> <`}},
	{"worker twice", hire, pipeline.DiscardDuplicate, []string{`<codice-fiscale>`, `<codice-fiscale/><codice-fiscale>`}},
	{"two workers", hire, pipeline.DiscardDuplicate, []string{`<InizioRapporto`, `<Lavoratore/><InizioRapporto`}},
	{"wrong check character", hire, pipeline.DiscardTaxCode, []string{`BRNLCU81C12F205X`, `BRNLCU81C12F205Y`}},
	{"tax code of zeros", hire, pipeline.DiscardTaxCode, []string{`BRNLCU81C12F205X`, `00000000000`}},
	{"letters that look alike", hire, pipeline.DiscardTaxCode, []string{`BRNLCU81C12F205X`, `ВRNLCU81C12F205X`}},
	{"birth date is none", hire, pipeline.DiscardDate, []string{`1981-03-12`, `1981-13-12`}},
	{"no start", hire, pipeline.DiscardMissing, []string{`dataInizio="2014-03-03" `, ``}},
	{"start is none", hire, pipeline.DiscardDate, []string{`dataInizio="2014-03-03"`, `dataInizio="2014-02-29"`}},
	{"end is none", hire, pipeline.DiscardDate, []string{`dataFine="2014-08-29"`, `dataFine="31.8.2014"`}},
	{"date with a bad zone", hire, pipeline.DiscardDate, []string{`dataFine="2014-08-29"`, `dataFine="2014-08-29+1:00"`}},
	{"date with a time", hire, pipeline.DiscardDate, []string{`dataFine="2014-08-29"`, `dataFine="2014-08-29T00:00:00"`}},
	{"pay in words", hire, pipeline.DiscardAmount, []string{`>17931<`, `>molto<`}},
	{"pay below zero", hire, pipeline.DiscardAmount, []string{`>17931<`, `>-1<`}},
	{"pay with a comma", hire, pipeline.DiscardAmount, []string{`>17931<`, `>17931,50<`}},
	{"hours in words", hire, pipeline.DiscardValue, []string{`Medie="24"`, `Medie="poche"`}},
	{"hours without end", hire, pipeline.DiscardValue, []string{`Medie="24"`, `Medie="24000"`}},
	{"flag is none", hire, pipeline.DiscardValue, []string{`lavoroStagionale="SI"`, `lavoroStagionale="forse"`}},
	{"availability is none", hire, pipeline.DiscardValue, []string{`socioLavoratore="NO"`, `indennitaDisponibilita="100"`}},
	{"no event", hire, pipeline.DiscardKind, []string{`<InizioRapporto`, `<Inizio`, `</InizioRapporto`, `</Inizio`}},
	{"two events", hire, pipeline.DiscardKind, []string{`</InizioRapporto>`, `</InizioRapporto><Proroga dataFineProroga="2014-09-30"/>`}},
	{"one event twice", hire, pipeline.DiscardKind, []string{`</InizioRapporto>`, `</InizioRapporto><InizioRapporto/>`}},
	{"no namespace", hire, pipeline.DiscardNamespace, []string{` xmlns="http://servizi.lavoro.gov.it/unilav"`, ``}},
	{"namespace of another model", hire, pipeline.DiscardNamespace, []string{`gov.it/unilav"`, `gov.it/unisomm"`}},
	{"namespace changes inside", hire, pipeline.DiscardNamespace, []string{`<Lavoratore>`, `<Lavoratore xmlns="">`}},
	{"vardatori", transfer, pipeline.DiscardNamespace, []string{`gov.it/vardat"`, `gov.it/vardatori"`}},
	{"unknown root", hire, pipeline.DiscardRoot, []string{`<UniLav`, `<UniMare`, `</UniLav`, `</UniMare`}},
	{"root in small letters", hire, pipeline.DiscardRoot, []string{`<UniLav`, `<unilav`, `</UniLav`, `</unilav`}},
	{"not well-formed", hire, pipeline.DiscardMalformed, []string{`</UniLav>`, `</UniLaw>`}},
	{"rubbish after", hire, pipeline.DiscardMalformed, []string{`</UniLav>`, `</UniLav>x`}},
	{"second document", hire, pipeline.DiscardMalformed, []string{`</UniLav>`, `</UniLav><UniLav/>`}},
	{"DOCTYPE", hire, pipeline.DiscardDTD, []string{`<UniLav`, `<!DOCTYPE UniLav><UniLav`}},
	{"entity", hire, pipeline.DiscardMalformed, []string{`Bruni<`, `&bruni;<`}},
	{"attribute twice", hire, pipeline.DiscardAttributes, []string{`versione="CO130110"`, `versione="CO130110" versione="CO130110"`}},
	{"inclusion", hire, pipeline.DiscardMalformed, []string{`<Lavoratore>`, `<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><Lavoratore>`}},
	{"Latin-1 not declared", hire, pipeline.DiscardEncoding, []string{`Bruni<`, "Brun\xec<"}},
	{"deep unknown content", hire, pipeline.DiscardDepth, []string{`<Lavoratore>`, strings.Repeat("<x>", 70) + `<Lavoratore>`}},

	{"no new end", "proroga.xml", pipeline.DiscardMissing, []string{` dataFineProroga="2014-10-31"`, ``}},
	{"new end is open", "proroga.xml", pipeline.DiscardMissing, []string{`dataFineProroga="2014-10-31"`, `dataFineProroga="9999-12-31"`}},
	{"new end is none", "proroga.xml", pipeline.DiscardDate, []string{`dataFineProroga="2014-10-31"`, `dataFineProroga="2014-10-32"`}},
	{"no last day", cessant, pipeline.DiscardMissing, []string{` data="2014-06-27" dataFine="2014-06-30"`, ``}},
	{"last day is none", cessant, pipeline.DiscardDate, []string{` data="2014-06-27"`, ` data="27/6"`}},
	{"no day of conversion", "trasformazione.xml", pipeline.DiscardMissing, []string{` dataTrasformazione="2014-07-01"`, ``}},
	{"no code of conversion", "trasformazione.xml", pipeline.DiscardMissing, []string{`codiceTrasformazione="DI" `, ``}},
	{"two contracts", cessant, pipeline.DiscardDuplicate, []string{`</Contratto>`, `</Contratto><Contratto/>`}},

	{"no start of agency work", "somministrazione.xml", pipeline.DiscardMissing, []string{`dataInizioSomm="2014-05-05" `, ``}},
	{"no code of variation", mission, pipeline.DiscardMissing, []string{` codiceVariazione="4.01"`, ``}},
	{"empty variation", "somministrazione.xml", pipeline.DiscardMissing, []string{`<TipoComunicazione>`, `<DatiVariazione/><TipoComunicazione>`}},
	{"unknown variation", mission, pipeline.DiscardValue, []string{`"4.01"`, `"5.01"`}},
	{"unknown end of agency work", mission, pipeline.DiscardValue, []string{`"4.01"`, `"4.03"`}},
	{"variation of another event", mission, pipeline.DiscardKind, []string{`"4.01"`, `"2.02"`}},
	{"variation without its data", mission, pipeline.DiscardMissing, []string{`<DatiCessazione dataCessazione="2014-06-13"/>`, ``}},
	{"two variations", mission, pipeline.DiscardKind, []string{`<DatiCessazione `, `<DatiProroga/><DatiCessazione `}},
	{"variation without date", mission, pipeline.DiscardMissing, []string{` dataCessazione="2014-06-13"`, ``}},
	{"mission start is none", mission, pipeline.DiscardDate, []string{`dataInizioMissione="2014-05-05"`, `dataInizioMissione="x"`}},

	{"urgent without start", "urgenza.xml", pipeline.DiscardMissing, []string{`dataInizioRapporto="2014-03-29"`, ``}},
	{"transfer without date", transfer, pipeline.DiscardMissing, []string{` dataInizio="2014-04-01"`, ``}},
	{"transfer without previous employer", transfer, pipeline.DiscardMissing, []string{` codiceFiscale="04555666777"`, ``}},
	{"transfer and name", transfer, pipeline.DiscardKind, []string{`</TrasferimentoAzienda>`, `</TrasferimentoAzienda><VariazioneRagioneSociale/>`}},
	{"transfer of nobody", "ragione_sociale.xml", pipeline.DiscardMissing, []string{`<VariazioneRagioneSociale data="2014-05-01"`, `<TrasferimentoAzienda codiceTrasferimento="01" dataInizio="2014-05-01"><DatorePrecedente codiceFiscale="1"/></TrasferimentoAzienda><X`}},

	{"SOAP in no namespace", "assunzione.soap.xml", pipeline.DiscardNamespace, []string{`http://schemas.xmlsoap.org/soap/envelope/`, `urn:x`}},
	{"SOAP request in another namespace", "assunzione.soap.xml", pipeline.DiscardNamespace, []string{`comobbl/types`, `comobbl/altro`}},
	{"SOAP without document", "assunzione.soap.xml", pipeline.DiscardRoot, []string{`<UniLavXML>`, `<Altro>`, `</UniLavXML>`, `</Altro>`}},
	{"SOAP with two documents", "assunzione.soap.xml", pipeline.DiscardDuplicate, []string{`</UniLavXML>`, `</UniLavXML><UniSommXML>x</UniSommXML>`}},
	{"SOAP escaped twice", "assunzione.soap.xml", pipeline.DiscardMalformed, []string{`&lt;?xml`, `&amp;lt;?xml`}},
	{"SOAP in SOAP", "assunzione.soap.xml", pipeline.DiscardRoot, []string{`&lt;UniLav`, `&lt;Envelope/&gt;&lt;UniLav`}},
	{"SOAP cut short", "assunzione.soap.xml", pipeline.DiscardMalformed, []string{`</s:Envelope>`, ``}},
	{"DOCTYPE in SOAP", "assunzione.soap.xml", pipeline.DiscardDTD, []string{`&lt;UniLav`, `&lt;!DOCTYPE x&gt;&lt;UniLav`}},

	{"JSON name twice", twin, pipeline.DiscardDuplicate, []string{`"protocollo":`, `"dataInvio": "2014-02-27", "protocollo":`}},
	{"JSON unknown name twice", twin, pipeline.DiscardDuplicate, []string{`"protocollo":`, `"protocollo": "", "protocollo":`}},
	{"JSON modello twice", twin, pipeline.DiscardDuplicate, []string{`"direzione":`, `"modello": {}, "direzione":`}},
	{"JSON payload twice", twin, pipeline.DiscardDuplicate, []string{`"tipoModello":`, `"payload": {}, "tipoModello":`}},
	{"JSON without modello", twin, pipeline.DiscardJSON, []string{`"modello":`, `"Modello":`}},
	{"JSON without payload", twin, pipeline.DiscardJSON, []string{`"payload":`, `"Payload":`}},
	{"JSON without model", twin, pipeline.DiscardRoot, []string{`"tipoModello":`, `"modelloTipo":`}},
	{"JSON of another model", twin, pipeline.DiscardRoot, []string{`"UNILAV"`, `"UNIDOM"`}},
	{"JSON text for object", twin, pipeline.DiscardJSON, []string{`"tipoOrario": {"codice": "P", "oreSettimanaliMedie": 24}`, `"tipoOrario": "P"`}},
	{"JSON object for text", twin, pipeline.DiscardJSON, []string{`"cognome": "Bruni"`, `"cognome": {}`}},
	{"JSON array for object", twin, pipeline.DiscardJSON, []string{`"tipoOrario": {"codice": "P", "oreSettimanaliMedie": 24}`, `"tipoOrario": []`}},
	{"JSON trailing comma", twin, pipeline.DiscardJSON, []string{`"oreSettimanaliMedie": 24}`, `"oreSettimanaliMedie": 24,}`}},
	{"JSON trailing text", twin, pipeline.DiscardJSON, []string{`"direzione": "RICHIESTA"` + "\n}", `"direzione": "RICHIESTA"} x`}},
	{"JSON cut short", twin, pipeline.DiscardJSON, []string{`"direzione": "RICHIESTA"` + "\n}", `"direzione": "RICHIESTA"`}},
	{"JSON surrogate", twin, pipeline.DiscardJSON, []string{`"Bruni"`, `"\ud800"`}},
	{"JSON control character", twin, pipeline.DiscardJSON, []string{`"Bruni"`, `"\u0000"`}},
	{"JSON bare line end", twin, pipeline.DiscardJSON, []string{`"Bruni"`, "\"Bru\nni\""}},
	{"JSON number", twin, pipeline.DiscardJSON, []string{`17931`, `017931`}},
	{"JSON exponent", twin, pipeline.DiscardAmount, []string{`17931`, `17e3`}},
	{"JSON true for a flag", twin, pipeline.DiscardValue, []string{`"lavoroStagionale": "SI"`, `"lavoroStagionale": true`}},
	{"JSON too deep", twin, pipeline.DiscardDepth, []string{`"direzione":`, `"x": ` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `, "direzione":`}},
	{"JSON too long", twin, pipeline.DiscardTooLong, []string{`"Bruni"`, `"` + strings.Repeat("x", 70_000) + `"`}},
	{"JSON too long, escaped", twin, pipeline.DiscardTooLong, []string{`"Bruni"`, `"\n` + strings.Repeat("x", 70_000) + `"`}},
	{"JSON not UTF-8", twin, pipeline.DiscardEncoding, []string{`"Bruni"`, "\"Brun\xec\""}},
	{"JSON two events", twin, pipeline.DiscardKind, []string{`"inizioRapporto":`, `"proroga": {}, "inizioRapporto":`}},
	{"JSON is XML", twin, pipeline.DiscardJSON, []string{`{`, `<a/>{`}},
}

func TestDiscards(t *testing.T) {
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			discarded(t, edited(t, d.file, d.edits...), d.code)
		})
	}
}

func TestDiscardCarriesCode(t *testing.T) {
	d := discarded(t, edited(t, hire, "BRNLCU81C12F205X", "BRNLCU81C12F205Y"), pipeline.DiscardTaxCode)
	if d.CommCode != "1800014001234567" {
		t.Errorf("code %q", d.CommCode)
	}
	if strings.Contains(fmt.Sprint(d), "BRNLCU") {
		t.Errorf("the discard repeats the tax code: %v", d)
	}
	d = discarded(t, edited(t, hire, "</UniLav>", ""), pipeline.DiscardMalformed)
	if d.CommCode != "1800014001234567" {
		t.Errorf("truncated: code %q", d.CommCode)
	}
	d = discarded(t, edited(t, hire, `"1800014001234567"`, `"BRNLCU81C12F205X e altro"`), pipeline.DiscardCode)
	if d.CommCode != "" {
		t.Errorf("what is no code is shown: %q", d.CommCode)
	}
}

func TestNoWorkerReadable(t *testing.T) {
	doc := edited(t, transfer, "GLLMRT90A41G273Q", "X", "RZZDVD88B15A944R", "Y", "<codice-fiscale>91012345673", "<codice-fiscale>Z")
	d := discarded(t, doc, pipeline.DiscardTaxCode)
	if !strings.HasPrefix(d.Message, "nessun lavoratore leggibile") {
		t.Errorf("message %q", d.Message)
	}
}
