-- +goose Up
CREATE TABLE notti (
    data_elaborazione TEXT    NOT NULL,
    revisione         INTEGER NOT NULL CHECK (revisione >= 1),
    stato             TEXT    NOT NULL CHECK (stato IN ('PREPARATA', 'PUBBLICATA', 'SOSTITUITA')),
    manifesto         TEXT    NOT NULL CHECK (length(manifesto) = 64),
    cartella          TEXT    NOT NULL,
    versione_regole   TEXT    NOT NULL,
    notte_precedente  TEXT,
    contatori         TEXT    NOT NULL,
    gettone           INTEGER NOT NULL,
    preparata_il      TEXT    NOT NULL,
    pubblicata_il     TEXT,
    PRIMARY KEY (data_elaborazione, revisione)
) STRICT;

CREATE UNIQUE INDEX notti_preparata ON notti (stato) WHERE stato = 'PREPARATA';

CREATE UNIQUE INDEX notti_pubblicata ON notti (data_elaborazione) WHERE stato = 'PUBBLICATA';

CREATE TABLE notti_tentativi (
    numero            INTEGER NOT NULL PRIMARY KEY,
    data_elaborazione TEXT    NOT NULL,
    titolare          TEXT    NOT NULL,
    gettone           INTEGER NOT NULL,
    inizio            TEXT    NOT NULL,
    fine              TEXT,
    esito             INTEGER,
    messaggio         TEXT
) STRICT;

CREATE INDEX notti_tentativi_notte ON notti_tentativi (data_elaborazione);

CREATE TABLE ingressi (
    data_elaborazione TEXT    NOT NULL,
    revisione         INTEGER NOT NULL,
    ordine            INTEGER NOT NULL,
    flusso            TEXT    NOT NULL,
    file              TEXT    NOT NULL,
    sha256            TEXT    NOT NULL,
    byte              INTEGER NOT NULL,
    documenti         INTEGER NOT NULL,
    PRIMARY KEY (data_elaborazione, revisione, ordine),
    FOREIGN KEY (data_elaborazione, revisione) REFERENCES notti (data_elaborazione, revisione)
) STRICT;

CREATE INDEX ingressi_contenuto ON ingressi (sha256, flusso);

CREATE TABLE blocco (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    titolare TEXT,
    gettone  INTEGER NOT NULL,
    preso_il TEXT,
    scade_il TEXT
) STRICT;

INSERT INTO blocco (id, gettone) VALUES (1, 0);
