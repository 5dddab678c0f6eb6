-- +goose Up
CREATE TABLE notti (
    data_elaborazione date             NOT NULL,
    revisione         integer          NOT NULL CHECK (revisione >= 1),
    stato             text COLLATE "C" NOT NULL CHECK (stato IN ('PREPARATA', 'PUBBLICATA', 'SOSTITUITA')),
    manifesto         text COLLATE "C" NOT NULL CHECK (length(manifesto) = 64),
    cartella          text COLLATE "C" NOT NULL,
    versione_regole   text COLLATE "C" NOT NULL,
    notte_precedente  date,
    contatori         text COLLATE "C" NOT NULL,
    gettone           bigint           NOT NULL,
    preparata_il      timestamptz      NOT NULL,
    pubblicata_il     timestamptz,
    PRIMARY KEY (data_elaborazione, revisione)
);

CREATE UNIQUE INDEX notti_preparata ON notti (stato) WHERE stato = 'PREPARATA';

CREATE UNIQUE INDEX notti_pubblicata ON notti (data_elaborazione) WHERE stato = 'PUBBLICATA';

CREATE TABLE notti_tentativi (
    numero            bigint           NOT NULL PRIMARY KEY,
    data_elaborazione date             NOT NULL,
    titolare          text COLLATE "C" NOT NULL,
    gettone           bigint           NOT NULL,
    inizio            timestamptz      NOT NULL,
    fine              timestamptz,
    esito             integer,
    messaggio         text COLLATE "C"
);

CREATE INDEX notti_tentativi_notte ON notti_tentativi (data_elaborazione);

CREATE TABLE ingressi (
    data_elaborazione date             NOT NULL,
    revisione         integer          NOT NULL,
    ordine            bigint           NOT NULL,
    flusso            text COLLATE "C" NOT NULL,
    file              text COLLATE "C" NOT NULL,
    sha256            text COLLATE "C" NOT NULL,
    byte              bigint           NOT NULL,
    documenti         bigint           NOT NULL,
    PRIMARY KEY (data_elaborazione, revisione, ordine),
    FOREIGN KEY (data_elaborazione, revisione) REFERENCES notti (data_elaborazione, revisione)
);

CREATE INDEX ingressi_contenuto ON ingressi (sha256, flusso);

CREATE TABLE blocco (
    id       integer          NOT NULL PRIMARY KEY CHECK (id = 1),
    titolare text COLLATE "C",
    gettone  bigint           NOT NULL,
    preso_il timestamptz,
    scade_il timestamptz
);

INSERT INTO blocco (id, gettone) VALUES (1, 0);
