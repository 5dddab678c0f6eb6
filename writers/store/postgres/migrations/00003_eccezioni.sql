-- +goose Up
CREATE TABLE eccezioni (
    id_eccezione       text COLLATE "C" NOT NULL PRIMARY KEY,
    stato              text COLLATE "C" NOT NULL CHECK (stato IN ('NUOVA', 'APERTA', 'MODIFICATA', 'RIAPERTA', 'CHIUSA_DA_SOLA')),
    codice             text COLLATE "C" NOT NULL,
    classe             text COLLATE "C" NOT NULL,
    titolo             text COLLATE "C",
    descrizione        text COLLATE "C",
    azione_proposta    text COLLATE "C",
    numero_domanda     text COLLATE "C",
    protocollo         text COLLATE "C",
    tipologia          text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    sede               text COLLATE "C",
    regola             text COLLATE "C",
    norma              text COLLATE "C",
    dal                date,
    al                 date,
    giorni             integer,
    importo            numeric(12,2),
    margine_giorni     integer,
    traccia            text COLLATE "C",
    id_cascata         text COLLATE "C",
    fonti              text COLLATE "C",
    prima_elaborazione date,
    scadenza           date,
    priorita           integer          NOT NULL,
    impronta           text COLLATE "C",
    chiudibile         boolean          NOT NULL,
    secondo_operatore  boolean          NOT NULL,
    data_elaborazione  date             NOT NULL
);

CREATE INDEX eccezioni_persona ON eccezioni (codice_fiscale);

CREATE INDEX eccezioni_domanda ON eccezioni (numero_domanda);

CREATE INDEX eccezioni_sede ON eccezioni (sede, stato);

CREATE TABLE eccezioni_prima (
    id_eccezione       text COLLATE "C" NOT NULL PRIMARY KEY,
    stato              text COLLATE "C",
    codice             text COLLATE "C",
    classe             text COLLATE "C",
    titolo             text COLLATE "C",
    descrizione        text COLLATE "C",
    azione_proposta    text COLLATE "C",
    numero_domanda     text COLLATE "C",
    protocollo         text COLLATE "C",
    tipologia          text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    sede               text COLLATE "C",
    regola             text COLLATE "C",
    norma              text COLLATE "C",
    dal                date,
    al                 date,
    giorni             integer,
    importo            numeric(12,2),
    margine_giorni     integer,
    traccia            text COLLATE "C",
    id_cascata         text COLLATE "C",
    fonti              text COLLATE "C",
    prima_elaborazione date,
    scadenza           date,
    priorita           integer,
    impronta           text COLLATE "C",
    chiudibile         boolean,
    secondo_operatore  boolean,
    data_elaborazione  date,
    esisteva           boolean          NOT NULL
);

CREATE TABLE eccezioni_storia (
    id_eccezione       text COLLATE "C" NOT NULL,
    stato              text COLLATE "C" NOT NULL,
    codice             text COLLATE "C" NOT NULL,
    classe             text COLLATE "C" NOT NULL,
    titolo             text COLLATE "C",
    descrizione        text COLLATE "C",
    azione_proposta    text COLLATE "C",
    numero_domanda     text COLLATE "C",
    protocollo         text COLLATE "C",
    tipologia          text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    sede               text COLLATE "C",
    regola             text COLLATE "C",
    norma              text COLLATE "C",
    dal                date,
    al                 date,
    giorni             integer,
    importo            numeric(12,2),
    margine_giorni     integer,
    traccia            text COLLATE "C",
    id_cascata         text COLLATE "C",
    fonti              text COLLATE "C",
    prima_elaborazione date,
    scadenza           date,
    priorita           integer          NOT NULL,
    impronta           text COLLATE "C",
    chiudibile         boolean          NOT NULL,
    secondo_operatore  boolean          NOT NULL,
    data_elaborazione  date             NOT NULL,
    revisione          integer          NOT NULL,
    PRIMARY KEY (id_eccezione, data_elaborazione, revisione),
    FOREIGN KEY (data_elaborazione, revisione) REFERENCES notti (data_elaborazione, revisione)
);

CREATE TABLE lavorazioni (
    numero           bigint           NOT NULL PRIMARY KEY,
    id_eccezione     text COLLATE "C" NOT NULL,
    impronta         text COLLATE "C" NOT NULL,
    esito            text COLLATE "C" NOT NULL,
    operatore        text COLLATE "C" NOT NULL,
    quando           timestamptz      NOT NULL,
    motivo           text COLLATE "C",
    annullata        boolean          NOT NULL,
    annullata_da     text COLLATE "C",
    annullata_il     timestamptz,
    annullata_perche text COLLATE "C"
);

CREATE INDEX lavorazioni_eccezione ON lavorazioni (id_eccezione);
