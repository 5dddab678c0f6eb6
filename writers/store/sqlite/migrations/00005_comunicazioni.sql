-- +goose Up
-- id_comunicazione is the protocol; where several documents have the same one, "#2" and so on follow from the second on.

CREATE TABLE comunicazioni (
    id_comunicazione   TEXT    NOT NULL PRIMARY KEY,
    protocollo         TEXT    NOT NULL,
    data_presentazione TEXT,
    canale             TEXT,
    modello            TEXT,
    tipologia          TEXT,
    evento             TEXT,
    numero_domanda     TEXT,
    codice_fiscale     TEXT,
    sede               TEXT,
    lista              TEXT    NOT NULL CHECK (lista IN ('PERVENUTA', 'DA_LAVORARE', 'LAVORATA')),
    letto              INTEGER NOT NULL CHECK (letto IN (0, 1)),
    letto_il           TEXT,
    esito              TEXT,
    data_elaborazione  TEXT    NOT NULL,
    impronta           TEXT    NOT NULL,
    elenco             TEXT    NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('PERVENUTE', 'DA_LAVORARE', 'LAVORATE'))
) STRICT;

CREATE INDEX comunicazioni_sede ON comunicazioni (elenco, sede, (CASE WHEN data_presentazione IS NULL THEN '0001-01-01T00:00:00.000000Z' ELSE data_presentazione END) DESC, id_comunicazione);

CREATE INDEX comunicazioni_data ON comunicazioni (elenco, (CASE WHEN data_presentazione IS NULL THEN '0001-01-01T00:00:00.000000Z' ELSE data_presentazione END) DESC, id_comunicazione);

CREATE INDEX comunicazioni_protocollo ON comunicazioni (protocollo);

CREATE INDEX comunicazioni_persona ON comunicazioni (codice_fiscale);

CREATE INDEX comunicazioni_domanda ON comunicazioni (numero_domanda);

CREATE TABLE comunicazioni_prima (
    id_comunicazione   TEXT    NOT NULL PRIMARY KEY,
    protocollo         TEXT,
    data_presentazione TEXT,
    canale             TEXT,
    modello            TEXT,
    tipologia          TEXT,
    evento             TEXT,
    numero_domanda     TEXT,
    codice_fiscale     TEXT,
    sede               TEXT,
    lista              TEXT,
    letto              INTEGER,
    letto_il           TEXT,
    esito              TEXT,
    data_elaborazione  TEXT,
    impronta           TEXT,
    esisteva           INTEGER NOT NULL CHECK (esisteva IN (0, 1))
) STRICT;

-- elenco is the list that the row is in today, but for what is held: kept by nights and by operators.
ALTER TABLE eccezioni ADD COLUMN elenco TEXT NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('DA_LAVORARE', 'LAVORATE', 'CHIUSE'));

DROP INDEX eccezioni_sede;

CREATE INDEX eccezioni_sede_priorita ON eccezioni (elenco, sede, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione, classe, codice, prima_elaborazione);

CREATE INDEX eccezioni_priorita ON eccezioni (elenco, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_sede_scadenza ON eccezioni (elenco, sede, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_scadenza ON eccezioni (elenco, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_sede_data ON eccezioni (elenco, sede, (CASE WHEN prima_elaborazione IS NULL THEN '0001-01-01' ELSE prima_elaborazione END) DESC, id_eccezione);

CREATE INDEX eccezioni_data ON eccezioni (elenco, (CASE WHEN prima_elaborazione IS NULL THEN '0001-01-01' ELSE prima_elaborazione END) DESC, id_eccezione);

CREATE INDEX eccezioni_codice ON eccezioni (elenco, codice, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_classe ON eccezioni (elenco, classe, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_protocollo ON eccezioni (protocollo);

CREATE TABLE schede (
    id_scheda          TEXT NOT NULL PRIMARY KEY,
    tipo               TEXT NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE', 'QUESITO')),
    id                 TEXT NOT NULL,
    sede               TEXT,
    giorno             TEXT NOT NULL,
    numero_domanda     TEXT,
    protocollo_domanda TEXT,
    codice_fiscale     TEXT,
    regola             TEXT,
    tipo_azione        TEXT,
    impronta           TEXT NOT NULL,
    contenuto          TEXT NOT NULL,
    data_elaborazione  TEXT NOT NULL,
    elenco             TEXT NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('DA_LAVORARE', 'LAVORATE'))
) STRICT;

CREATE INDEX schede_elenco ON schede (tipo, elenco, giorno DESC, id);

CREATE INDEX schede_sede ON schede (tipo, elenco, sede, giorno DESC, id);

CREATE INDEX schede_giorno ON schede (tipo, sede, giorno, id);

CREATE INDEX schede_domanda ON schede (protocollo_domanda);

CREATE TABLE schede_prima (
    id_scheda          TEXT    NOT NULL PRIMARY KEY,
    tipo               TEXT,
    id                 TEXT,
    sede               TEXT,
    giorno             TEXT,
    numero_domanda     TEXT,
    protocollo_domanda TEXT,
    codice_fiscale     TEXT,
    regola             TEXT,
    tipo_azione        TEXT,
    impronta           TEXT,
    contenuto          TEXT,
    data_elaborazione  TEXT,
    esisteva           INTEGER NOT NULL CHECK (esisteva IN (0, 1))
) STRICT;
