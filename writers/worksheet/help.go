package worksheet

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
)

// helpSheet is the name of the sheet that says how to fill in the other one.
const helpSheet = "Istruzioni"

// instructions writes the second sheet: where the rows come from, and how to fill them in.
func (x *xlsx) instructions(rows int, o *Origin) error {
	yes := map[bool]string{true: "sì", false: "no"}
	pairs := [][2]string{
		{"Eccezioni da lavorare", ""},
		{"esportato da", o.By},
		{"esportato il", o.At.Time().In(pipeline.Rome).Format("02/01/2006 15:04:05")},
		{"notte", o.Night.Italian()},
		{"righe", strconv.Itoa(rows)},
		{"filtro", o.Filter},
		{"finalità", o.Purpose},
		{"codici fiscali nascosti", yes[o.Masked]},
		{"", ""},
		{"Come si compila", ""},
		{"colonne grigie", "Sono di sola lettura. Una riga in cui sono state modificate viene rifiutata."},
		{"esito", "FONDATA: il dubbio era giusto. UTILE: nulla da correggere, ma valeva la pena. INFONDATA: falso allarme."},
		{"motivo", fmt.Sprintf("Perché: al più %d caratteri. Obbligatorio con un provvedimento.", worklist.MaxText)},
		{"provvedimento", "CONFERMA: si fa quanto proposto. RIFIUTO: non si fa. DATE: i giorni sono quelli di nuovo_dal e nuovo_al."},
		{"nuovo_dal, nuovo_al", "Solo con DATE. nuovo_al resta vuoto se non c'è fine."},
		{"nota", "Resta sull'eccezione. Da sola non la chiude."},
		{"formule", "Una riga che ne contiene viene rifiutata."},
		{"più di " + strconv.Itoa(worklist.MaxAlone), "Oltre questo numero di chiusure nello stesso file serve l'approvazione di una seconda persona."},
		{"rientro", "incrocio exceptions import FILE mostra l'effetto riga per riga e poi chiede conferma."},
	}
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := x.SetColWidth(helpSheet, "A", "A", 26); err != nil {
		return err
	}
	if err := x.SetColWidth(helpSheet, "B", "B", 100); err != nil {
		return err
	}
	for i, p := range pairs {
		for j, s := range p {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if s == "" {
				continue
			}
			if err := x.SetCellStr(helpSheet, at, escaped(clip(s))); err != nil {
				return err
			}
			if j == 0 {
				if err := x.SetCellStyle(helpSheet, at, at, bold); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// clip cuts what does not fit a cell.
func clip(s string) string {
	if workbook.Units(s) <= workbook.MaxCell {
		return s
	}
	return string([]rune(s)[:workbook.MaxCell/2])
}
