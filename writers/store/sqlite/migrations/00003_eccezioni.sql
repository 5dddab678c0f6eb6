-- +goose Up
-- SQLite has no exact decimal: importo is in cents.
CREATE TABLE eccezioni (
    id_eccezione       TEXT    NOT NULL PRIMARY KEY,
    stato              TEXT    NOT NULL CHECK (stato IN ('NUOVA', 'APERTA', 'MODIFICATA', 'RIAPERTA', 'CHIUSA_DA_SOLA')),
    codice             TEXT    NOT NULL,
    classe             TEXT    NOT NULL,
    titolo             TEXT,
    descrizione        TEXT,
    azione_proposta    TEXT,
    numero_domanda     TEXT,
    protocollo         TEXT,
    tipologia          TEXT,
    codice_fiscale     TEXT,
    sede               TEXT,
    regola             TEXT,
    norma              TEXT,
    dal                TEXT,
    al                 TEXT,
    giorni             INTEGER,
    importo            INTEGER,
    margine_giorni     INTEGER,
    traccia            TEXT,
    id_cascata         TEXT,
    fonti              TEXT,
    prima_elaborazione TEXT,
    scadenza           TEXT,
    priorita           INTEGER NOT NULL,
    impronta           TEXT,
    chiudibile         INTEGER NOT NULL CHECK (chiudibile IN (0, 1)),
    secondo_operatore  INTEGER NOT NULL CHECK (secondo_operatore IN (0, 1)),
    data_elaborazione  TEXT    NOT NULL
) STRICT;

CREATE INDEX eccezioni_persona ON eccezioni (codice_fiscale);

CREATE INDEX eccezioni_domanda ON eccezioni (numero_domanda);

CREATE INDEX eccezioni_sede ON eccezioni (sede, stato);

CREATE TABLE eccezioni_prima (
    id_eccezione       TEXT    NOT NULL PRIMARY KEY,
    stato              TEXT,
    codice             TEXT,
    classe             TEXT,
    titolo             TEXT,
    descrizione        TEXT,
    azione_proposta    TEXT,
    numero_domanda     TEXT,
    protocollo         TEXT,
    tipologia          TEXT,
    codice_fiscale     TEXT,
    sede               TEXT,
    regola             TEXT,
    norma              TEXT,
    dal                TEXT,
    al                 TEXT,
    giorni             INTEGER,
    importo            INTEGER,
    margine_giorni     INTEGER,
    traccia            TEXT,
    id_cascata         TEXT,
    fonti              TEXT,
    prima_elaborazione TEXT,
    scadenza           TEXT,
    priorita           INTEGER,
    impronta           TEXT,
    chiudibile         INTEGER,
    secondo_operatore  INTEGER,
    data_elaborazione  TEXT,
    esisteva           INTEGER NOT NULL CHECK (esisteva IN (0, 1))
) STRICT;

CREATE TABLE eccezioni_storia (
    id_eccezione       TEXT    NOT NULL,
    stato              TEXT    NOT NULL,
    codice             TEXT    NOT NULL,
    classe             TEXT    NOT NULL,
    titolo             TEXT,
    descrizione        TEXT,
    azione_proposta    TEXT,
    numero_domanda     TEXT,
    protocollo         TEXT,
    tipologia          TEXT,
    codice_fiscale     TEXT,
    sede               TEXT,
    regola             TEXT,
    norma              TEXT,
    dal                TEXT,
    al                 TEXT,
    giorni             INTEGER,
    importo            INTEGER,
    margine_giorni     INTEGER,
    traccia            TEXT,
    id_cascata         TEXT,
    fonti              TEXT,
    prima_elaborazione TEXT,
    scadenza           TEXT,
    priorita           INTEGER NOT NULL,
    impronta           TEXT,
    chiudibile         INTEGER NOT NULL CHECK (chiudibile IN (0, 1)),
    secondo_operatore  INTEGER NOT NULL CHECK (secondo_operatore IN (0, 1)),
    data_elaborazione  TEXT    NOT NULL,
    revisione          INTEGER NOT NULL,
    PRIMARY KEY (id_eccezione, data_elaborazione, revisione),
    FOREIGN KEY (data_elaborazione, revisione) REFERENCES notti (data_elaborazione, revisione)
) STRICT;

CREATE TABLE lavorazioni (
    numero           INTEGER NOT NULL PRIMARY KEY,
    id_eccezione     TEXT    NOT NULL,
    impronta         TEXT    NOT NULL,
    esito            TEXT    NOT NULL,
    operatore        TEXT    NOT NULL,
    quando           TEXT    NOT NULL,
    motivo           TEXT,
    annullata        INTEGER NOT NULL CHECK (annullata IN (0, 1)),
    annullata_da     TEXT,
    annullata_il     TEXT,
    annullata_perche TEXT
) STRICT;

CREATE INDEX lavorazioni_eccezione ON lavorazioni (id_eccezione);
